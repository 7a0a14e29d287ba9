/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* usrsctp's socket interface (RFC 6458) as WebRTC needs it (RFC 8831 §6). */
#include "rtcsctpsocket.h"

#include <errno.h>
#include <string.h>

static struct sockaddr_conn
address_of (gpointer id, guint16 port)
{
  struct sockaddr_conn address = { 0 };

  address.sconn_family = AF_CONN;
  address.sconn_port = g_htons (port);
  address.sconn_addr = id;
  return address;
}

static gboolean
set_option (struct socket *socket, gint level, gint name, gconstpointer value, gsize size)
{
  return usrsctp_setsockopt (socket, level, name, value, size) == 0;
}

static gboolean
subscribe (struct socket *socket)
{
  static const guint16 types[] = { SCTP_ASSOC_CHANGE, SCTP_STREAM_RESET_EVENT,
    SCTP_STREAM_CHANGE_EVENT, SCTP_SEND_FAILED_EVENT };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    struct sctp_event event = { .se_assoc_id = SCTP_ALL_ASSOC, .se_type = types[i], .se_on = 1 };

    if (!set_option (socket, IPPROTO_SCTP, SCTP_EVENT, &event, sizeof event))
      return FALSE;
  }
  return TRUE;
}

static gboolean
set_path (struct socket *socket, const struct sockaddr_conn *peer, guint mtu)
{
  struct sctp_paddrparams params = { 0 };

  if (peer != NULL)
    memcpy (&params.spp_address, peer, sizeof *peer);
  params.spp_flags = SPP_PMTUD_DISABLE | SPP_HB_DISABLE;
  params.spp_pathmtu = mtu - RTC_SCTP_COMMON_HEADER_BYTES;
  /* The only path is never given up: without heartbeats nothing but a SACK of data that was sent
   * once would bring it back, and usrsctp sends none on it. The association has its own limit. */
  params.spp_pathmaxrxt = G_MAXUINT16;
  return set_option (socket, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, &params, sizeof params);
}

static gboolean
set_up (struct socket *socket, guint mtu)
{
  const gint on = 1;
  /* Nothing lingers: closing ends the association. */
  const struct linger linger = { .l_onoff = 1, .l_linger = 0 };
  const struct sctp_initmsg init = { .sinit_num_ostreams = RTC_SCTP_FIRST_STREAMS,
    .sinit_max_instreams = RTC_SCTP_MAX_STREAMS };
  const struct sctp_assoc_value reset = { .assoc_id = SCTP_ALL_ASSOC,
    .assoc_value = SCTP_ENABLE_RESET_STREAM_REQ | SCTP_ENABLE_CHANGE_ASSOC_REQ };
  /* The stack delivers a message in parts when it is longer than this: then it is too long. */
  const guint32 delivery_point = RTC_SCTP_MAX_MESSAGE_BYTES + 1;

  return usrsctp_set_non_blocking (socket, 1) == 0 &&
      set_option (socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) &&
      set_option (socket, IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof on) &&
      set_option (socket, IPPROTO_SCTP, SCTP_INITMSG, &init, sizeof init) &&
      set_option (socket, IPPROTO_SCTP, SCTP_ENABLE_STREAM_RESET, &reset, sizeof reset) &&
      set_option (socket, IPPROTO_SCTP, SCTP_PARTIAL_DELIVERY_POINT, &delivery_point,
          sizeof delivery_point) &&
      set_path (socket, NULL, mtu) && subscribe (socket);
}

struct socket *
rtc_sctp_socket_open (gpointer id, guint16 local_port, guint mtu, GError **error)
{
  struct sockaddr_conn local = address_of (id, local_port);
  struct socket *socket =
      usrsctp_socket (AF_CONN, SOCK_STREAM, IPPROTO_SCTP, rtc_sctp_stack_receive, NULL, 0, id);

  if (socket != NULL && set_up (socket, mtu) &&
      usrsctp_bind (socket, (struct sockaddr *) &local, sizeof local) == 0)
    return socket;
  g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_FAILED, "No SCTP socket on port %u: %s",
      local_port, g_strerror (errno));
  if (socket != NULL)
    rtc_sctp_stack_close (socket);
  return NULL;
}

gboolean
rtc_sctp_socket_connect (
    struct socket *socket, gpointer id, guint16 remote_port, guint mtu, GError **error)
{
  struct sockaddr_conn remote = address_of (id, remote_port);

  if (usrsctp_connect (socket, (struct sockaddr *) &remote, sizeof remote) != 0 &&
      errno != EINPROGRESS) {
    g_set_error (error, GST_RTC_ERROR, GST_RTC_ERROR_FAILED,
        "The SCTP association cannot be opened: %s", g_strerror (errno));
    return FALSE;
  }
  set_path (socket, &remote, mtu);
  return TRUE;
}

void
rtc_sctp_socket_cork (struct socket *socket, gboolean is_corked)
{
  const gint is_immediate = !is_corked;

  set_option (socket, IPPROTO_SCTP, SCTP_NODELAY, &is_immediate, sizeof is_immediate);
}

void
rtc_sctp_socket_set_sack_frequency (struct socket *socket, guint n_packets)
{
  const struct sctp_sack_info info = { .sack_assoc_id = SCTP_FUTURE_ASSOC, .sack_freq = n_packets };

  set_option (socket, IPPROTO_SCTP, SCTP_DELAYED_SACK, &info, sizeof info);
}

void
rtc_sctp_socket_set_max_errors (struct socket *socket, guint n_errors)
{
  const struct sctp_assocparams params = { .sasoc_assoc_id = SCTP_FUTURE_ASSOC,
    .sasoc_asocmaxrxt = n_errors };

  set_option (socket, IPPROTO_SCTP, SCTP_ASSOCINFO, &params, sizeof params);
}

gint
rtc_sctp_socket_send (struct socket *socket, const RtcSctpMessage *message, GstClockTime now)
{
  struct sctp_sendv_spa spa = { 0 };
  gsize size;
  gconstpointer data = g_bytes_get_data (message->data, &size);

  spa.sendv_flags = SCTP_SEND_SNDINFO_VALID;
  spa.sendv_sndinfo.snd_sid = message->stream;
  spa.sendv_sndinfo.snd_ppid = g_htonl (message->ppid);
  spa.sendv_sndinfo.snd_context = message->context;
  spa.sendv_sndinfo.snd_flags = message->reliability.is_ordered ? 0 : SCTP_UNORDERED;
  /* The value is in host order. */
  if (message->reliability.max_retransmits >= 0) {
    spa.sendv_flags |= SCTP_SEND_PRINFO_VALID;
    spa.sendv_prinfo.pr_policy = SCTP_PR_SCTP_RTX;
    spa.sendv_prinfo.pr_value = message->reliability.max_retransmits;
  } else if (message->reliability.max_lifetime_ms >= 0) {
    GstClockTime left = message->expires > now ? message->expires - now : 0;

    spa.sendv_flags |= SCTP_SEND_PRINFO_VALID;
    spa.sendv_prinfo.pr_policy = SCTP_PR_SCTP_TTL;
    spa.sendv_prinfo.pr_value = MAX (left / GST_MSECOND, 1);
  }
  if (usrsctp_sendv (socket, data, size, NULL, 0, &spa, sizeof spa, SCTP_SENDV_SPA, 0) < 0)
    return errno;
  return 0;
}

gint
rtc_sctp_socket_reset_streams (struct socket *socket, const guint16 *streams, guint n_streams)
{
  gsize size = sizeof (struct sctp_reset_streams) + n_streams * sizeof (guint16);
  g_autofree struct sctp_reset_streams *request = g_malloc0 (size);

  request->srs_assoc_id = SCTP_ALL_ASSOC;
  request->srs_flags = SCTP_STREAM_RESET_OUTGOING;
  request->srs_number_streams = n_streams;
  memcpy (request->srs_stream_list, streams, n_streams * sizeof (guint16));
  return set_option (socket, IPPROTO_SCTP, SCTP_RESET_STREAMS, request, size) ? 0 : errno;
}

gint
rtc_sctp_socket_add_streams (struct socket *socket, guint16 n_streams)
{
  const struct sctp_add_streams request = { .sas_assoc_id = SCTP_ALL_ASSOC,
    .sas_outstrms = n_streams };

  return set_option (socket, IPPROTO_SCTP, SCTP_ADD_STREAMS, &request, sizeof request) ? 0 : errno;
}

void
rtc_sctp_socket_abort (struct socket *socket)
{
  struct sctp_sndinfo info = { .snd_flags = SCTP_ABORT };

  usrsctp_sendv (socket, "", 0, NULL, 0, &info, sizeof info, SCTP_SENDV_SNDINFO, 0);
}

gboolean
rtc_sctp_socket_get_status (struct socket *socket, struct sctp_status *out_status)
{
  socklen_t size = sizeof *out_status;

  memset (out_status, 0, sizeof *out_status);
  return usrsctp_getsockopt (socket, IPPROTO_SCTP, SCTP_STATUS, out_status, &size) == 0;
}
