/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A row of the table of codecs. Private to this folder. */
#pragma once

#include "sdp/rtcdescription.h"

typedef struct {
  RtcKind kind;
  const gchar *name;
  guint pt;
  gint rtx_pt; /* -1: is not repeated */
  guint clock_rate;
  guint channels;
  const gchar *fmtp;
  const gchar *feedback; /* separated by "," */
} RtcKnownCodec;

/* The first row of this name (without case), or NULL. */
const RtcKnownCodec *rtc_known_codec_find (RtcKind kind, const gchar *name);
void rtc_known_codec_add_feedback (const RtcKnownCodec *known, RtcCodec *codec);
