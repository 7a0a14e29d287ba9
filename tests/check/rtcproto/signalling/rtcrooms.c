/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rooms with clients that are only pointers. */
#include "signalling/rtcrooms.h"

#include <string.h>

static gint clients[5];
#define A (&clients[0])
#define B (&clients[1])
#define C (&clients[2])
#define D (&clients[3])
#define E (&clients[4])

static RtcRooms *
make_rooms (void)
{
  return rtc_rooms_new (&(RtcRoomsLimits){ .max_rooms = 2, .max_clients_per_room = 3 });
}

static void
assert_others (RtcRooms *rooms, gpointer client, gpointer first, gpointer second)
{
  g_autoptr (GPtrArray) others = rtc_rooms_list_others (rooms, client);
  g_assert_cmpuint (others->len, ==, (first != NULL) + (second != NULL));
  if (first != NULL)
    g_assert_true (g_ptr_array_index (others, 0) == first);
  if (second != NULL)
    g_assert_true (g_ptr_array_index (others, 1) == second);
}

static void
enter (RtcRooms *rooms, const gchar *room, gpointer client, const gchar *id)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (rtc_rooms_enter (rooms, room, client, &error));
  g_assert_true (id == NULL || rtc_rooms_register (rooms, client, id, &error));
  g_assert_no_error (error);
}

static void
test_others (void)
{
  RtcRooms *rooms = make_rooms ();
  enter (rooms, "", A, "offerer");
  enter (rooms, "", B, "answerer");
  enter (rooms, "", C, NULL);
  enter (rooms, "other", D, "offerer");
  assert_others (rooms, A, B, NULL);
  assert_others (rooms, B, A, NULL);
  assert_others (rooms, C, A, B);
  assert_others (rooms, D, NULL, NULL);
  assert_others (rooms, E, NULL, NULL);
  g_assert_true (rtc_rooms_register (rooms, C, "offerer", NULL));
  assert_others (rooms, A, B, C);
  g_assert_cmpstr (rtc_rooms_get_id (rooms, C), ==, "offerer");
  g_assert_cmpstr (rtc_rooms_get_room (rooms, D), ==, "other");
  rtc_rooms_leave (rooms, B);
  assert_others (rooms, A, C, NULL);
  g_assert_null (rtc_rooms_get_id (rooms, B));
  rtc_rooms_free (rooms);
}

static void
test_limits (void)
{
  RtcRooms *rooms = make_rooms ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *id = g_strnfill (RTC_ROOMS_MAX_ID + 1, 'x');
  enter (rooms, "1", A, "a");
  enter (rooms, "1", B, "a");
  enter (rooms, "1", C, "a");
  g_assert_false (rtc_rooms_enter (rooms, "1", D, &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_LIMIT);
  g_clear_error (&error);
  enter (rooms, "2", D, NULL);
  g_assert_false (rtc_rooms_enter (rooms, "3", E, &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_false (rtc_rooms_register (rooms, D, "", &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (rtc_rooms_register (rooms, D, id, &error));
  g_assert_error (error, RTC_ERROR, RTC_ERROR_ARGUMENT);
  rtc_rooms_leave (rooms, D);
  g_assert_cmpuint (rtc_rooms_count (rooms), ==, 1);
  enter (rooms, "3", E, "e");
  rtc_rooms_leave (rooms, D);
  rtc_rooms_free (rooms);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signalling/rooms/others", test_others);
  g_test_add_func ("/signalling/rooms/limits", test_limits);
  return g_test_run ();
}
