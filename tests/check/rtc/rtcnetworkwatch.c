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

typedef struct {
  gchar *before;
  gchar *after;
  guint n_changes;
} Seen;

static void
on_change (const gchar *const *before, const gchar *const *after, gpointer data)
{
  Seen *seen = data;

  g_free (seen->before);
  g_free (seen->after);
  seen->before = g_strjoinv (" ", (gchar **) before);
  seen->after = g_strjoinv (" ", (gchar **) after);
  seen->n_changes++;
}

static gboolean
run (const gchar *command)
{
  gint status = -1;

  return g_spawn_command_line_sync (command, NULL, NULL, &status, NULL) &&
      g_spawn_check_wait_status (status, NULL);
}

/* The kernel tells of a carrier some time after the command. */
static void
wait_for_change (RtcLoop *loop, const Seen *seen, guint count, GstClockTime *now)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (seen->n_changes < count) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    *now += 50 * GST_MSECOND;
    rtc_loop_turn (loop, *now);
    g_usleep (1000);
  }
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
  GstClockTime now = GST_SECOND;
  g_autoptr (RtcLoop) loop = NULL;
  RtcNetworkWatch *watch;
  Seen seen = { 0 };

  if (geteuid () != 0 || unshare (CLONE_NEWNET) < 0 ||
      !run ("ip link add one type veth peer name two")) {
    g_test_skip ("needs root and ip(8) for a network of its own");
    return;
  }
  loop = rtc_loop_new_manual (now);
  watch = rtc_network_watch_new (loop, on_change, &seen);
  g_assert_nonnull (watch);
  g_assert_true (run ("ip addr add 192.0.2.1/24 dev one"));
  g_assert_true (run ("ip link set one up"));
  g_assert_true (run ("ip link set two up"));
  wait_for_change (loop, &seen, 1, &now);
  g_assert_cmpstr (seen.before, ==, "");
  g_assert_cmpstr (seen.after, ==, "192.0.2.1");
  g_assert_true (run ("ip addr add 192.0.2.2/24 dev one"));
  wait_for_change (loop, &seen, 2, &now);
  g_assert_cmpstr (seen.after, ==, "192.0.2.1 192.0.2.2");
  /* Duplicate address detection takes a second or two; only then it is there. */
  g_assert_true (run ("ip addr add 2001:db8::1/64 dev one"));
  wait_for_change (loop, &seen, 3, &now);
  g_assert_cmpstr (seen.after, ==, "192.0.2.1 192.0.2.2 2001:db8::1");
  assert_bindable ("2001:db8::1");
  /* The carrier goes. */
  g_assert_true (run ("ip link set two down"));
  wait_for_change (loop, &seen, 4, &now);
  g_assert_cmpstr (seen.before, ==, "192.0.2.1 192.0.2.2 2001:db8::1");
  g_assert_cmpstr (seen.after, ==, "");
  rtc_network_watch_free (watch);
  rtc_loop_turn (loop, now + GST_SECOND);
  g_free (seen.before);
  g_free (seen.after);
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
