/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything that a session knows, as text: two dumps are equal when nothing changed. */
#pragma once

#include "jsep/rtcsession.h"

/* (transfer full) */
gchar *dump_session (RtcSession *session);
