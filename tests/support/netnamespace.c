/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. Needs the right to make namespaces, as root or in one for users, and ip. */
#include "netnamespace.h"

#include <sched.h>
#include <stdio.h>

static gboolean
run_ip (const gchar *arguments)
{
  g_autofree gchar *command = g_strconcat ("ip ", arguments, NULL);
  g_autoptr (GError) error = NULL;
  gint status = 0;
  if (g_spawn_command_line_sync (command, NULL, NULL, &status, &error) &&
      g_spawn_check_wait_status (status, &error))
    return TRUE;
  printf ("skipped: %s: %s\n", command, error->message);
  return FALSE;
}

gboolean
net_namespace_enter (const gchar *const *addresses)
{
  if (unshare (CLONE_NEWNET) != 0 && unshare (CLONE_NEWUSER | CLONE_NEWNET) != 0) {
    printf ("skipped: no network namespace can be made here\n");
    return FALSE;
  }
  if (!run_ip ("link set lo up"))
    return FALSE;
  for (guint i = 0; addresses[i] != NULL; i++) {
    g_autofree gchar *arguments = g_strdup_printf ("addr add %s dev lo", addresses[i]);
    if (!run_ip (arguments))
      return FALSE;
  }
  return TRUE;
}
