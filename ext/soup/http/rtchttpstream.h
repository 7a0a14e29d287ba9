/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A connection whose request head is looked at before libsoup sees it (RtcHttpHead): of a head that
 * is refused, libsoup sees no end. All else passes. Owned by libsoup once it is accepted; lives on
 * the loop.
 */
#pragma once

#include <gio/gio.h>

#include "signalling/rtchttpguard.h"

/* Both are called once at most, from within a read. */
typedef struct {
  /* There are bytes. */
  void (*began) (gpointer user_data);
  void (*refused) (const RtcHttpRefusal *refusal, gpointer user_data);
} RtcHttpStreamFuncs;

/* (transfer full): holds @base until it ends. */
GIOStream *rtc_http_stream_new (
    GIOStream *base, const RtcHttpStreamFuncs *funcs, gpointer user_data);
