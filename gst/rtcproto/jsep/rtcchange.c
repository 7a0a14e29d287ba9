/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One entry of the list that a description gives (RFC 9429 §5.8 to §5.11: "apply"). Owned by the
 * list. */
#include "jsep/rtcchange.h"

RtcChange *
rtc_change_new (RtcChangeType type)
{
  RtcChange *change = g_new0 (RtcChange, 1);

  change->type = type;
  return change;
}

void
rtc_change_free (RtcChange *change)
{
  if (change == NULL)
    return;
  g_free (change->ufrag);
  g_free (change->pwd);
  g_free (change->candidate);
  g_clear_pointer (&change->fingerprints, g_ptr_array_unref);
  g_free (change);
}

const gchar *
rtc_change_type_to_string (RtcChangeType type)
{
  static const gchar *const names[] = {
    [RTC_CHANGE_TRANSPORT_ADDED] = "transport-added",
    [RTC_CHANGE_TRANSPORT_REMOVED] = "transport-removed",
    [RTC_CHANGE_ICE_ROLE] = "ice-role",
    [RTC_CHANGE_LOCAL_ICE] = "local-ice",
    [RTC_CHANGE_REMOTE_ICE] = "remote-ice",
    [RTC_CHANGE_REMOTE_CANDIDATE] = "remote-candidate",
    [RTC_CHANGE_DTLS] = "dtls",
    [RTC_CHANGE_TRANSCEIVER_ADDED] = "transceiver-added",
    [RTC_CHANGE_SEND] = "send",
    [RTC_CHANGE_RECEIVE] = "receive",
    [RTC_CHANGE_TRACK_ADDED] = "track-added",
    [RTC_CHANGE_TRACK_REMOVED] = "track-removed",
    [RTC_CHANGE_TRANSCEIVER_STOPPED] = "transceiver-stopped",
    [RTC_CHANGE_DATA] = "data",
    [RTC_CHANGE_DATA_CLOSED] = "data-closed",
    [RTC_CHANGE_SIGNALING_STATE] = "signaling-state",
  };

  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (names), NULL);
  return names[type];
}
