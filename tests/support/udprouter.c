/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A NAT router in user space; see the header. Its thread owns all sockets. */
#include "udprouter.h"

#include <string.h>
#include <sys/socket.h>

#define MAX_PACKET 65536

struct _UdpRouter {
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GPtrArray *doors; /* Door; the thread's */
  GRand *random;    /* the thread's */
  gint loss_percent;
  GMutex lock; /* what follows */
  guint64 n_passed;
  guint64 n_lost;
};

/* A socket inside that leads to one address outside. */
typedef struct {
  UdpRouter *router;
  GSocket *inside;
  GSource *source;
  GSocketAddress *target;
  GHashTable *mappings; /* "address:port" of who sends inside -> Mapping */
} Door;

typedef struct {
  Door *door;
  GSocketAddress *client;
  GSocket *outside;
  GSource *source;
} Mapping;

static void
mapping_free (gpointer data)
{
  Mapping *mapping = data;

  g_source_destroy (mapping->source);
  g_source_unref (mapping->source);
  g_socket_close (mapping->outside, NULL);
  g_object_unref (mapping->outside);
  g_object_unref (mapping->client);
  g_free (mapping);
}

static void
door_free (gpointer data)
{
  Door *door = data;

  g_hash_table_unref (door->mappings);
  g_source_destroy (door->source);
  g_source_unref (door->source);
  g_socket_close (door->inside, NULL);
  g_object_unref (door->inside);
  g_object_unref (door->target);
  g_free (door);
}

static gboolean
is_lost (UdpRouter *router)
{
  gboolean lost =
      g_rand_int_range (router->random, 0, 100) < g_atomic_int_get (&router->loss_percent);

  g_mutex_lock (&router->lock);
  router->n_lost += lost;
  router->n_passed += !lost;
  g_mutex_unlock (&router->lock);
  return lost;
}

static GSocket *
open_socket (void)
{
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("0.0.0.0", 0);

  g_assert (socket != NULL && g_socket_bind (socket, any, FALSE, NULL));
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, 1 << 20, NULL);
  return socket;
}

static GSource *
watch_socket (UdpRouter *router, GSocket *socket, GSocketSourceFunc func, gpointer data)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), data, NULL);
  g_source_attach (source, router->context);
  return source;
}

static gchar *
print_address (GSocketAddress *address)
{
  g_autofree gchar *host = g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));

  return g_strdup_printf (
      "%s:%u", host, g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

static gboolean
is_same (GSocketAddress *a, GSocketAddress *b)
{
  g_autofree gchar *text_a = print_address (a);
  g_autofree gchar *text_b = print_address (b);

  return g_str_equal (text_a, text_b);
}

static gboolean
on_outside (GSocket *socket, GIOCondition condition, gpointer data)
{
  Mapping *mapping = data;
  Door *door = mapping->door;
  gchar bytes[MAX_PACKET];
  gssize size;

  for (;;) {
    g_autoptr (GSocketAddress) from = NULL;

    size = g_socket_receive_from (socket, &from, bytes, sizeof bytes, NULL, NULL);
    if (size < 0)
      return G_SOURCE_CONTINUE;
    if (is_same (from, door->target) && !is_lost (door->router))
      g_socket_send_to (door->inside, mapping->client, bytes, (gsize) size, NULL, NULL);
  }
}

static Mapping *
ensure_mapping (Door *door, GSocketAddress *client)
{
  g_autofree gchar *key = print_address (client);
  Mapping *mapping = g_hash_table_lookup (door->mappings, key);

  if (mapping != NULL)
    return mapping;
  mapping = g_new0 (Mapping, 1);
  mapping->door = door;
  mapping->client = g_object_ref (client);
  mapping->outside = open_socket ();
  mapping->source = watch_socket (door->router, mapping->outside, on_outside, mapping);
  g_hash_table_insert (door->mappings, g_steal_pointer (&key), mapping);
  return mapping;
}

static gboolean
on_inside (GSocket *socket, GIOCondition condition, gpointer data)
{
  Door *door = data;
  gchar bytes[MAX_PACKET];
  gssize size;

  for (;;) {
    g_autoptr (GSocketAddress) from = NULL;

    size = g_socket_receive_from (socket, &from, bytes, sizeof bytes, NULL, NULL);
    if (size < 0)
      return G_SOURCE_CONTINUE;
    if (!is_lost (door->router))
      g_socket_send_to (
          ensure_mapping (door, from)->outside, door->target, bytes, (gsize) size, NULL, NULL);
  }
}

static gpointer
run (gpointer data)
{
  UdpRouter *router = data;

  g_main_loop_run (router->loop);
  return NULL;
}

UdpRouter *
udp_router_new (guint32 seed)
{
  UdpRouter *router = g_new0 (UdpRouter, 1);

  g_mutex_init (&router->lock);
  router->random = g_rand_new_with_seed (seed);
  router->doors = g_ptr_array_new_with_free_func (door_free);
  router->context = g_main_context_new ();
  router->loop = g_main_loop_new (router->context, FALSE);
  router->thread = g_thread_new ("router", run, router);
  return router;
}

typedef struct {
  UdpRouter *router;
  GSocketAddress *target; /* NULL: rebind */
  guint port;
  gboolean is_done;
} Work;

static gboolean
do_work (gpointer data)
{
  Work *work = data;
  UdpRouter *router = work->router;

  for (guint i = 0; work->target == NULL && i < router->doors->len; i++)
    g_hash_table_remove_all (((Door *) g_ptr_array_index (router->doors, i))->mappings);
  if (work->target != NULL) {
    Door *door = g_new0 (Door, 1);
    g_autoptr (GSocketAddress) local = NULL;

    door->router = router;
    door->target = g_object_ref (work->target);
    door->mappings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, mapping_free);
    door->inside = open_socket ();
    door->source = watch_socket (router, door->inside, on_inside, door);
    local = g_socket_get_local_address (door->inside, NULL);
    work->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
    g_ptr_array_add (router->doors, door);
  }
  g_atomic_int_set (&work->is_done, TRUE);
  return G_SOURCE_REMOVE;
}

static void
run_work (Work *work)
{
  g_main_context_invoke (work->router->context, do_work, work);
  while (!g_atomic_int_get (&work->is_done))
    g_thread_yield ();
}

gchar *
udp_router_route (UdpRouter *router, const gchar *candidate)
{
  g_auto (GStrv) words = g_strsplit (candidate, " ", -1);
  g_autoptr (GSocketAddress) target = NULL;
  Work work = { .router = router };

  /* "candidate:FOUNDATION 1 UDP PRIORITY ADDRESS PORT typ host" */
  if (g_strv_length (words) < 8 || g_ascii_strcasecmp (words[2], "UDP") != 0 ||
      strchr (words[4], '.') == NULL || !g_str_equal (words[7], "host"))
    return NULL;
  target = g_inet_socket_address_new_from_string (
      words[4], (guint) g_ascii_strtoull (words[5], NULL, 10));
  g_assert (target != NULL);
  work.target = target;
  run_work (&work);
  g_free (words[5]);
  words[5] = g_strdup_printf ("%u", work.port);
  return g_strjoinv (" ", words);
}

void
udp_router_rebind (UdpRouter *router)
{
  Work work = { .router = router };

  run_work (&work);
}

void
udp_router_set_loss (UdpRouter *router, guint percent)
{
  g_atomic_int_set (&router->loss_percent, (gint) percent);
}

void
udp_router_get_counts (UdpRouter *router, guint64 *out_passed, guint64 *out_lost)
{
  g_mutex_lock (&router->lock);
  *out_passed = router->n_passed;
  *out_lost = router->n_lost;
  g_mutex_unlock (&router->lock);
}

void
udp_router_free (UdpRouter *router)
{
  g_main_loop_quit (router->loop);
  g_main_context_wakeup (router->context);
  g_thread_join (router->thread);
  g_ptr_array_unref (router->doors);
  g_main_loop_unref (router->loop);
  g_main_context_unref (router->context);
  g_rand_free (router->random);
  g_mutex_clear (&router->lock);
  g_free (router);
}
