/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network of the test's own: nothing on the machine sees it, and it ends with the process. */
#pragma once

#include <glib.h>

/* Before any thread is made. Moves the process into a new network namespace whose loopback device
 * has @addresses (each "address/bits", NULL-terminated) besides its own. FALSE, and a line that
 * says why: it cannot be made here. */
gboolean net_namespace_enter (const gchar *const *addresses);
