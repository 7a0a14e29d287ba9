/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Network namespaces, see the header. */
#include "networks.h"

#include <gst/rtc/rtcnetworkwatch.h>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define PREFIX "heal"
#define WAIT_LIMIT (10 * G_USEC_PER_SEC)
#define POLL_INTERVAL 10000

struct _Networks {
  gchar *names[2];
  RtcLoop *loops[2];
  guint hosts[2][NETWORK_LINKS + 1];
};

static gboolean
run (const gchar *command)
{
  g_auto (GStrv) words = NULL;
  gint status = -1;

  return g_shell_parse_argv (command, NULL, &words, NULL) &&
      g_spawn_sync (NULL, words, NULL,
          G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
          NULL, NULL, &status, NULL) &&
      g_spawn_check_wait_status (status, NULL);
}

static gboolean G_GNUC_PRINTF (1, 2) runf (const gchar *format, ...)
{
  g_autofree gchar *command = NULL;
  va_list arguments;

  va_start (arguments, format);
  command = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return run (command);
}

typedef struct {
  const gchar *name;
  gboolean is_done;
} Entering;

static void
enter (gpointer data)
{
  Entering *entering = data;
  g_autofree gchar *path = g_strdup_printf ("/run/netns/%s", entering->name);
  gint fd = open (path, O_RDONLY | O_CLOEXEC);

  entering->is_done = fd >= 0 && setns (fd, CLONE_NEWNET) == 0;
  if (fd >= 0)
    close (fd);
}

static gboolean
make_side (Networks *networks, guint side)
{
  Entering entering = { networks->names[side], FALSE };

  if (!runf ("ip netns add %s", networks->names[side]) ||
      !runf ("ip -n %s link set lo up", networks->names[side]))
    return FALSE;
  networks->loops[side] = rtc_loop_new (networks->names[side]);
  rtc_loop_call (networks->loops[side], enter, &entering);
  return entering.is_done;
}

static gboolean
make_link (Networks *networks, guint number)
{
  const gchar *const *names = (const gchar *const *) networks->names;

  if (!runf ("ip -n %s link add link%u type veth peer name link%u netns %s", names[0], number,
          number, names[1]))
    return FALSE;
  for (guint side = 0; side < 2; side++) {
    networks->hosts[side][number] = side + 1;
    if (!runf (
            "ip -n %s addr add 10.77.%u.%u/24 dev link%u", names[side], number, side + 1, number) ||
        !runf ("ip -n %s link set link%u up", names[side], number))
      return FALSE;
  }
  return TRUE;
}

static void
count_addresses (gpointer data)
{
  g_auto (GStrv) addresses = rtc_network_list_addresses ();

  *(guint *) data = g_strv_length (addresses);
}

gboolean
networks_wait_for_links (Networks *networks)
{
  gint64 end = g_get_monotonic_time () + WAIT_LIMIT;
  guint counts[2] = { 0, 0 };

  for (;;) {
    for (guint side = 0; side < 2; side++)
      rtc_loop_call (networks->loops[side], count_addresses, &counts[side]);
    if (counts[0] == NETWORK_LINKS && counts[1] == NETWORK_LINKS)
      return TRUE;
    if (g_get_monotonic_time () > end)
      return FALSE;
    g_usleep (POLL_INTERVAL);
  }
}

static gboolean
make_all (Networks *networks)
{
  for (guint side = 0; side < 2; side++)
    if (!make_side (networks, side))
      return FALSE;
  for (guint i = 1; i <= NETWORK_LINKS; i++)
    if (!make_link (networks, i))
      return FALSE;
  return networks_wait_for_links (networks);
}

void
networks_clean_up (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/run/netns", 0, NULL);
  const gchar *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    guint pid;
    gchar side;

    if (sscanf (name, PREFIX "%u%c", &pid, &side) == 2 && kill ((pid_t) pid, 0) < 0)
      runf ("ip netns del %s", name);
  }
}

Networks *
networks_new (gchar **out_why)
{
  Networks *networks;

  if (geteuid () != 0) {
    *out_why = g_strdup ("network namespaces need root");
    return NULL;
  }
  networks = g_new0 (Networks, 1);
  for (guint side = 0; side < 2; side++)
    networks->names[side] = g_strdup_printf (PREFIX "%d%c", (gint) getpid (), 'a' + side);
  if (make_all (networks))
    return networks;
  *out_why = g_strdup ("no network namespaces with veth links can be made: is ip(8) there?");
  networks_free (networks);
  return NULL;
}

void
networks_free (Networks *networks)
{
  if (networks == NULL)
    return;
  for (guint side = 0; side < 2; side++) {
    g_clear_pointer (&networks->loops[side], rtc_loop_unref);
    runf ("ip netns del %s", networks->names[side]);
    g_free (networks->names[side]);
  }
  g_free (networks);
}

gboolean
networks_can_run (void)
{
  g_autofree gchar *why = NULL;
  Networks *networks = networks_new (&why);

  if (networks == NULL)
    g_print ("skipped: %s\n", why);
  networks_free (networks);
  return networks != NULL;
}

RtcLoop *
networks_get_loop (Networks *networks, guint side)
{
  return networks->loops[side];
}

const gchar *
networks_get_name (Networks *networks, guint side)
{
  return networks->names[side];
}

gboolean
networks_enter (Networks *networks, guint side)
{
  Entering entering = { networks->names[side], FALSE };

  enter (&entering);
  return entering.is_done;
}

gboolean
networks_run (Networks *networks, guint side, const gchar *command)
{
  return runf ("ip netns exec %s %s", networks->names[side], command);
}

void
networks_set_link (Networks *networks, guint side, guint link, gboolean is_up)
{
  g_assert_true (
      runf ("ip -n %s link set link%u %s", networks->names[side], link, is_up ? "up" : "down"));
}

void
networks_set_address (Networks *networks, guint side, guint link, guint host)
{
  guint *old = &networks->hosts[side][link];

  g_assert_true (runf (
      "ip -n %s addr del 10.77.%u.%u/24 dev link%u", networks->names[side], link, *old, link));
  g_assert_true (runf (
      "ip -n %s addr add 10.77.%u.%u/24 dev link%u", networks->names[side], link, host, link));
  *old = host;
}
