/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stubpeer: an element with the signals and properties of webrtcbin and no network, for tests of
 * rtcsignaller. It answers every offer with the same answer and one candidate, unless told not to.
 */
#pragma once

#include <gst/gst.h>

/* What the peer was asked, in the order of asking; guarded by a lock of their own. */
void stub_peer_register (void);
/* (transfer full): the calls since the last time, one a line: "set-remote-description",
 * "add-ice-candidate 0 candidate:...", ... */
gchar *stub_peer_take_calls (void);
/* Until one of the calls since the last time has @call in it; takes them all. Fails the test after
 * 40 seconds. */
void stub_peer_wait_for_call (const gchar *call);
