/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rooms of the message relay: two tables. Owned by the signalling server. */
#include "signalling/rtcrooms.h"

#include <string.h>

typedef struct {
  gchar *name;
  /* Member, in the order of coming. */
  GPtrArray *members;
} Room;

typedef struct {
  Room *room;
  gpointer client;
  gchar *id;
} Member;

struct _RtcRooms {
  RtcRoomsLimits limits;
  /* name -> Room, client -> Member */
  GHashTable *rooms;
  GHashTable *members;
};

static void
room_free (gpointer data)
{
  Room *room = data;
  g_ptr_array_unref (room->members);
  g_free (room->name);
  g_free (room);
}

static void
member_free (gpointer data)
{
  Member *member = data;
  g_free (member->id);
  g_free (member);
}

static Room *
find_room (RtcRooms *rooms, const gchar *name, GError **error)
{
  Room *room = g_hash_table_lookup (rooms->rooms, name);
  if (room == NULL && g_hash_table_size (rooms->rooms) >= rooms->limits.max_rooms) {
    g_set_error (
        error, RTC_ERROR, RTC_ERROR_LIMIT, "there are %u rooms already", rooms->limits.max_rooms);
    return NULL;
  }
  if (room != NULL && room->members->len >= rooms->limits.max_clients_per_room) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_LIMIT, "there are %u clients in this room already",
        rooms->limits.max_clients_per_room);
    return NULL;
  }
  if (room == NULL) {
    room = g_new0 (Room, 1);
    room->name = g_strdup (name);
    room->members = g_ptr_array_new ();
    g_hash_table_insert (rooms->rooms, room->name, room);
  }
  return room;
}

RtcRooms *
rtc_rooms_new (const RtcRoomsLimits *limits)
{
  RtcRooms *rooms = g_new0 (RtcRooms, 1);
  rooms->limits = *limits;
  rooms->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, room_free);
  rooms->members = g_hash_table_new_full (NULL, NULL, NULL, member_free);
  return rooms;
}

void
rtc_rooms_free (RtcRooms *rooms)
{
  if (rooms == NULL)
    return;
  g_hash_table_unref (rooms->rooms);
  g_hash_table_unref (rooms->members);
  g_free (rooms);
}

gboolean
rtc_rooms_enter (RtcRooms *rooms, const gchar *name, gpointer client, GError **error)
{
  Room *room;
  Member *member;
  g_return_val_if_fail (g_hash_table_lookup (rooms->members, client) == NULL, FALSE);
  room = find_room (rooms, name, error);
  if (room == NULL)
    return FALSE;
  member = g_new0 (Member, 1);
  member->room = room;
  member->client = client;
  g_ptr_array_add (room->members, member);
  g_hash_table_insert (rooms->members, client, member);
  return TRUE;
}

gboolean
rtc_rooms_register (RtcRooms *rooms, gpointer client, const gchar *id, GError **error)
{
  Member *member = g_hash_table_lookup (rooms->members, client);
  gsize length = strlen (id);
  g_return_val_if_fail (member != NULL && member->id == NULL, FALSE);
  if (length == 0 || length > RTC_ROOMS_MAX_ID) {
    g_set_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT,
        "the first message is your id, of 1 to %d bytes", RTC_ROOMS_MAX_ID);
    return FALSE;
  }
  member->id = g_strdup (id);
  return TRUE;
}

const gchar *
rtc_rooms_get_id (RtcRooms *rooms, gconstpointer client)
{
  Member *member = g_hash_table_lookup (rooms->members, client);
  return member != NULL ? member->id : NULL;
}

const gchar *
rtc_rooms_get_room (RtcRooms *rooms, gconstpointer client)
{
  Member *member = g_hash_table_lookup (rooms->members, client);
  return member != NULL ? member->room->name : NULL;
}

GPtrArray *
rtc_rooms_list_others (RtcRooms *rooms, gconstpointer client)
{
  Member *self = g_hash_table_lookup (rooms->members, client);
  GPtrArray *others = g_ptr_array_new ();
  for (guint i = 0; self != NULL && i < self->room->members->len; i++) {
    Member *member = g_ptr_array_index (self->room->members, i);
    if (member != self && member->id != NULL)
      g_ptr_array_add (others, member->client);
  }
  return others;
}

void
rtc_rooms_leave (RtcRooms *rooms, gconstpointer client)
{
  Member *member = g_hash_table_lookup (rooms->members, client);
  Room *room;
  if (member == NULL)
    return;
  room = member->room;
  g_ptr_array_remove (room->members, member);
  if (room->members->len == 0)
    g_hash_table_remove (rooms->rooms, room->name);
  g_hash_table_remove (rooms->members, client);
}

guint
rtc_rooms_count (const RtcRooms *rooms)
{
  return g_hash_table_size (rooms->rooms);
}
