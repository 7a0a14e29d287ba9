/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who is in which room of the message relay. Somebody who has entered has said nothing yet; with
 * an id he is registered and gets what the others of his room say. Knows clients as pointers only;
 * owned by the signalling server.
 */
#pragma once

#include "base/rtcerror.h"

#define RTC_ROOMS_MAX_ID 128

typedef struct {
  guint max_rooms;
  guint max_clients_per_room;
} RtcRoomsLimits;

typedef struct _RtcRooms RtcRooms;

RtcRooms *rtc_rooms_new (const RtcRoomsLimits *limits);
void rtc_rooms_free (RtcRooms *rooms);

/* @name is the room's, empty for the one that has none. FALSE with RTC_ERROR_LIMIT. A client is in
 * one room at most. */
gboolean rtc_rooms_enter (RtcRooms *rooms, const gchar *name, gpointer client, GError **error);
/* FALSE: with RTC_ERROR_ARGUMENT for an id that is empty or too long. Two clients may have the same
 * one: who comes back after his network was gone must not wait for his old self to be missed. */
gboolean rtc_rooms_register (RtcRooms *rooms, gpointer client, const gchar *id, GError **error);
/* NULL: not registered. */
const gchar *rtc_rooms_get_id (RtcRooms *rooms, gconstpointer client);
/* NULL: in none. */
const gchar *rtc_rooms_get_room (RtcRooms *rooms, gconstpointer client);
/* (transfer container): the registered clients of @client's room without itself. */
GPtrArray *rtc_rooms_list_others (RtcRooms *rooms, gconstpointer client);
/* An empty room is no more. A client that is in none is no error. */
void rtc_rooms_leave (RtcRooms *rooms, gconstpointer client);
guint rtc_rooms_count (const RtcRooms *rooms);
