/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pieces of the requests that the tests of rtcsignaller's routes send, and of the replies that they
 * must get; the stub peer makes the answers. */
#pragma once

#include "signallerrows.h"
#include "stubpeer.h"

#define SESSIONS "rtcsignaller session=stubpeer "
#define HOST " HTTP/1.1\r\nHost: localhost\r\n"
#define JSON "Content-Type: application/json\r\n"
#define SDP_TYPE "Content-Type: application/sdp\r\n"
#define FRAGMENT_TYPE "Content-Type: application/trickle-ice-sdpfrag\r\n"
#define ORIGIN "Origin: http://friend.example\r\n"
#define PLAIN_HEADER "Content-Type: text/plain; charset=utf-8\n"
#define JSON_HEADER "Content-Type: application/json\n"
#define PROBLEM_HEADER "Content-Type: application/problem+json\n"
#define NO_TYPE "-Content-Type\n"
#define RUN(harness, rows) signaller_rows_run (harness, rows, G_N_ELEMENTS (rows))

/* With @session in the o= line, as JSON has it. */
#define DATA_SDP(session)                                                                          \
  "v=0\\r\\no=- " session " 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n"                          \
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\na=mid:data\\r\\n"   \
  "a=ice-ufrag:abcd\\r\\na=ice-pwd:0123456789012345678901\\r\\na=fingerprint:sha-256 AA:BB\\r\\n"
#define PLAIN_OFFER(session) "{\"type\":\"offer\",\"sdp\":\"" DATA_SDP (session) "\"}"
#define ANSWER_SDP                                                                                 \
  "v=0\\r\\no=- 9 9 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\n"                                      \
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\na=mid:0\\r\\n"      \
  "a=candidate:1 1 UDP 1 192.0.2.1 5000 typ host\\r\\na=end-of-candidates\\r\\n"
#define PLAIN_ANSWER "{\"type\":\"answer\",\"sdp\":\"" ANSWER_SDP "\"}"
#define PBX_OFFER(session) "\"sdp\":{\"type\":\"offer\",\"sdp\":\"" DATA_SDP (session) "\"}"
#define MEDIA_HEAD "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define VIDEO(direction)                                                                           \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=" direction "\r\n"           \
  "a=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\na=ice-ufrag:abcd\r\n"                                    \
  "a=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\na=fingerprint:sha-256 AA:BB\r\n"
#define WHIP_OFFER(direction) MEDIA_HEAD VIDEO (direction)
#define CANDIDATE "m=video 9 X 96\r\na=mid:0\r\na=candidate:5 1 udp 1 192.0.2.5 5 typ host\r\n"
#define RESTART "a=ice-ufrag:newu\r\na=ice-pwd:9876543210987654321098\r\n"
