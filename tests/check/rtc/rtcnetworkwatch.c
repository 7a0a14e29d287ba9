/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which addresses count, and that changes of them are told, in a network of the test's own. */
#include <gst/rtc/rtcnetworkwatch.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#define UP (IFF_UP | IFF_RUNNING)

typedef struct {
  const gchar *name;
  gint family;
  const gchar *address;
  guint flags;
  RtcAddressScope expected;
} ScopeRow;

static const ScopeRow scope_rows[] = {
  { "wide", AF_INET, "192.0.2.1", UP, RTC_ADDRESS_WIDE },
  { "wide-ip6", AF_INET6, "2001:db8::1", UP, RTC_ADDRESS_WIDE },
  { "loopback", AF_INET, "127.0.0.1", UP | IFF_LOOPBACK, RTC_ADDRESS_LOOPBACK },
  { "link-local", AF_INET6, "fe80::1", UP, RTC_ADDRESS_NONE },
  { "down", AF_INET, "192.0.2.1", 0, RTC_ADDRESS_NONE },
  { "no-carrier", AF_INET, "192.0.2.1", IFF_UP, RTC_ADDRESS_NONE },
  { "not-ip", AF_PACKET, NULL, UP, RTC_ADDRESS_NONE },
  { "no-address", AF_UNSPEC, NULL, UP, RTC_ADDRESS_NONE },
};

static void
test_scope (gconstpointer data)
{
  const ScopeRow *row = data;
  struct sockaddr_in6 address = { .sin6_family = (sa_family_t) row->family };
  struct ifaddrs interface = { .ifa_flags = row->flags,
    .ifa_addr = row->family == AF_UNSPEC ? NULL : (struct sockaddr *) &address };

  if (row->family == AF_INET)
    inet_pton (AF_INET, row->address, &((struct sockaddr_in *) &address)->sin_addr);
  else if (row->family == AF_INET6)
    inet_pton (AF_INET6, row->address, &address.sin6_addr);
  g_assert_cmpint (rtc_address_scope (&interface), ==, row->expected);
}

/* A watch on a loop of its own, and what it has told. */
typedef struct {
  RtcLoop *loop;
  RtcNetworkWatch *watch;
  GMutex lock;
  GCond changed;
  /* Under the lock. */
  gchar *before;
  gchar *after;
  guint n_changes;
} Watcher;

static void
on_change (const gchar *const *before, const gchar *const *after, gpointer data)
{
  Watcher *watcher = data;

  g_mutex_lock (&watcher->lock);
  g_free (watcher->before);
  g_free (watcher->after);
  watcher->before = g_strjoinv (" ", (gchar **) before);
  watcher->after = g_strjoinv (" ", (gchar **) after);
  watcher->n_changes++;
  g_cond_signal (&watcher->changed);
  g_mutex_unlock (&watcher->lock);
}

static void
start_watch (gpointer data)
{
  Watcher *watcher = data;

  watcher->watch = rtc_network_watch_new (watcher->loop, on_change, watcher);
}

static void
stop_watch (gpointer data)
{
  rtc_network_watch_free (((Watcher *) data)->watch);
}

/* The loop's thread is in the network that the caller is in. */
static void
watcher_start (Watcher *watcher)
{
  *watcher = (Watcher){ .loop = rtc_loop_new ("watch") };
  g_mutex_init (&watcher->lock);
  g_cond_init (&watcher->changed);
  rtc_loop_call (watcher->loop, start_watch, watcher);
  g_assert_nonnull (watcher->watch);
}

static void
watcher_stop (Watcher *watcher)
{
  rtc_loop_call (watcher->loop, stop_watch, watcher);
  rtc_loop_unref (watcher->loop);
  g_free (watcher->before);
  g_free (watcher->after);
  g_mutex_clear (&watcher->lock);
  g_cond_clear (&watcher->changed);
}

/* Change number @count, from @before (NULL: any) to @after. The kernel tells of a carrier some time
 * after the command. */
static void
watcher_wait (Watcher *watcher, guint count, const gchar *before, const gchar *after)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  g_mutex_lock (&watcher->lock);
  while (watcher->n_changes < count)
    g_assert_true (g_cond_wait_until (&watcher->changed, &watcher->lock, end));
  if (before != NULL)
    g_assert_cmpstr (watcher->before, ==, before);
  g_assert_cmpstr (watcher->after, ==, after);
  g_mutex_unlock (&watcher->lock);
}

static gboolean
run (const gchar *command)
{
  gint status = -1;

  return g_spawn_command_line_sync (command, NULL, NULL, &status, NULL) &&
      g_spawn_check_wait_status (status, NULL);
}

static void
assert_bindable (const gchar *text)
{
  struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
  gint fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  inet_pton (AF_INET6, text, &address.sin6_addr);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  close (fd);
}

static void
test_changes (void)
{
  Watcher watcher;

  if (geteuid () != 0 || unshare (CLONE_NEWNET) < 0 ||
      !run ("ip link add one type veth peer name two")) {
    g_test_skip ("needs root and ip(8) for a network of its own");
    return;
  }
  watcher_start (&watcher);
  g_assert_true (run ("ip addr add 192.0.2.1/24 dev one"));
  g_assert_true (run ("ip link set one up"));
  g_assert_true (run ("ip link set two up"));
  watcher_wait (&watcher, 1, "", "192.0.2.1");
  g_assert_true (run ("ip addr add 192.0.2.2/24 dev one"));
  watcher_wait (&watcher, 2, NULL, "192.0.2.1 192.0.2.2");
  /* Duplicate address detection takes a second or two; only then it is there. */
  g_assert_true (run ("ip addr add 2001:db8::1/64 dev one"));
  watcher_wait (&watcher, 3, NULL, "192.0.2.1 192.0.2.2 2001:db8::1");
  assert_bindable ("2001:db8::1");
  /* The carrier goes. */
  g_assert_true (run ("ip link set two down"));
  watcher_wait (&watcher, 4, "192.0.2.1 192.0.2.2 2001:db8::1", "");
  watcher_stop (&watcher);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (scope_rows); i++) {
    g_autofree gchar *path = g_strdup_printf ("/network-watch/scope/%s", scope_rows[i].name);

    g_test_add_data_func (path, &scope_rows[i], test_scope);
  }
  g_test_add_func ("/network-watch/changes", test_changes);
  return g_test_run ();
}
