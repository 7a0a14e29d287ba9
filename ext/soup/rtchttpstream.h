/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A connection whose request head is looked at before libsoup sees it (RtcHttpHead): of a head that
 * is refused, libsoup sees no end. All else passes. Owned by libsoup once it is accepted; lives on
 * the loop.
 */
#pragma once

#include <gio/gio.h>

#include "signalling/rtchttpguard.h"

/* Called once, from within a read. */
typedef void (*RtcHttpStreamRefuseFunc) (const RtcHttpRefusal *refusal, gpointer user_data);

/* (transfer full): holds @base until it ends. */
GIOStream *rtc_http_stream_new (GIOStream *base, RtcHttpStreamRefuseFunc func, gpointer user_data);
