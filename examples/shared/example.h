/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Example: what every example program is around its one idea: options, main loop, Ctrl-C, errors in
 * words, state lines, and the exchange of descriptions with the other peer, over HTTP or by copy
 * and paste. A program reads as
 *
 *   example = example_new (&info, &argc, &argv);      options; exits on --help and on mistakes
 *   peer = example_launch (example, "... rtcbin name=peer ...");
 *   g_signal_connect (peer, ...);
 *   return example_run (example);                     until Ctrl-C, end of stream or a failure
 *
 * or, with a peer for each client, example_serve() in place of example_launch(). All on the main
 * thread; signals of a peer come on threads of its own.
 */
#pragma once

#include <gst/gst.h>
#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

typedef struct _Example Example;

typedef struct {
  /* For --help: "- saves what a browser sends", and what follows the options, or NULL. */
  const gchar *summary;
  const gchar *description;
  /* The program's own options, or NULL. */
  const GOptionEntry *options;
  /* Not 0: HTTP on this port is the default and --paste the other way. 0: copy and paste is the
   * default, and --http means port 8080. */
  guint http_port;
  /* The program makes the offer; the other peer answers. With HTTP the page offers all the same. */
  gboolean is_offerer;
  /* The program brings the descriptions to the other peer itself: no --paste, and --http only where
   * http_port is set. */
  gboolean has_own_signalling;
  /* Ctrl-C sends end of stream first, and waits until the files are complete. */
  gboolean has_files;
  /* HTTPS is the default. */
  gboolean is_https;
  /* File in examples/pages in place of rtcsignaller's page, or NULL. */
  const gchar *page;
  /* What --debug alone logs; NULL for INFO. */
  const gchar *debug_level;
} ExampleInfo;

/* @info is borrowed. Exits with 0 after --help, with 2 and a sentence after a wrong option. */
Example *example_new (const ExampleInfo *info, int *argc, char ***argv);
void example_free (Example *example);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Example, example_free)

/* A pipeline with one rtcbin named "peer"; with HTTP it serves one client after the other. Prints
 * why not and exits with 1 when an element is missing. Returns: (transfer none) the peer. */
GstElement *example_launch (Example *example, const gchar *description);
/* The same for one more peer in that pipeline: options and state lines. */
void example_add_peer (Example *example, GstElement *peer);
/* (transfer none), NULL before the above: to get elements by name, and for messages on its bus: it
 * has a signal watch, so connect to "message::element" and the like. */
GstElement *example_get_pipeline (Example *example);

/* A peer for each client; with copy and paste there is one. @make returns (transfer full) an rtcbin
 * or a bin with one, or NULL with a reason; it runs on a worker thread. Give NULL for plain rtcbins
 * and watch them with example_set_peer_func(). */
typedef GstElement *(*ExampleMakeFunc) (const gchar *id, gpointer user_data, GError **error);
void example_serve (Example *example, ExampleMakeFunc make, gpointer user_data);
/* Called for every peer before it sees a description, on any thread: the place to connect signals
 * and to create data channels. Streams that it leaves unlinked go into fakesinks. */
typedef void (*ExamplePeerFunc) (GstElement *peer, gpointer user_data);
void example_set_peer_func (Example *example, ExamplePeerFunc func, gpointer user_data);

/* (transfer none), NULL with copy and paste: for more properties, before example_run(). */
GstElement *example_get_signaller (Example *example);
/* "ADDRESS:PORT" for when the command line has no --http. FALSE: it is none. */
gboolean example_set_http_address (Example *example, const gchar *address, GError **error);
/* For HTTPS: a PEM file with certificate and key; one that is not there is made. */
void example_set_certificate (Example *example, const gchar *file);

/* Called on the main thread whenever a peer's connection has got another state. */
typedef void (*ExampleStateFunc) (
    GstElement *peer, GstWebRTCPeerConnectionState state, gpointer user_data);
void example_set_state_func (Example *example, ExampleStateFunc func, gpointer user_data);

/* "HOST:PORT" of --http, for programs with signalling of their own. (transfer full) */
gchar *example_get_http_address (Example *example);

/* --stun-server was given. */
gboolean example_has_stun_server (Example *example);

/* Returns the exit code: 0 after Ctrl-C or the end. Call it once. */
int example_run (Example *example);
/* From any thread: ends example_run() in good order, with @code. */
void example_quit (Example *example, int code);
/* From any thread: prints the sentence and ends example_run() with 1. */
void example_fail (Example *example, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

/* A line when the channel opens, like "Data channel 'data'-'0' open", and one when it closes. */
void example_watch_channel (GstWebRTCDataChannel *channel);

/* The talk of the data channel examples: prints the messages that come, and sends a random one
 * every five seconds; after @close_after of them the channel is closed, 0 for never. */
void example_talk (GstWebRTCDataChannel *channel, guint close_after);

/* The talk of the ICE examples: prints the messages that come, and sends the time every three
 * seconds while the channel is open. */
void example_tell_time (GstWebRTCDataChannel *channel);

/* "new", "checking" and so on, as W3C writes them. */
const gchar *example_get_ice_state_name (GstWebRTCICEConnectionState state);
const gchar *example_get_state_name (GstWebRTCPeerConnectionState state);

G_END_DECLS
