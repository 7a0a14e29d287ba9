/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A session description as a model: what JSEP (RFC 9429) reads and writes of SDP (RFC 8866), in
 * plain structs. Parsing and printing go through GstSDPMessage and stay in this folder. All strings
 * and arrays are owned by their struct; a struct that is handed out is never changed by others.
 */
#pragma once

#include <gst/gst.h>
#include <gst/sdp/sdp.h>

#include "base/rtcerror.h"
#include "sdp/rtccodec.h"
#include "wire/rtcfingerprint.h"

/* Limits of what a peer can make us hold; those of lists are for one section. */
#define RTC_SDP_MAX_BYTES (128 * 1024)
#define RTC_SDP_MAX_LINE_BYTES (8 * 1024)
#define RTC_SDP_MAX_SECTIONS 32
#define RTC_SDP_MAX_CODECS 128
#define RTC_SDP_MAX_CANDIDATES 64
#define RTC_SDP_MAX_EXTMAPS 32
#define RTC_SDP_MAX_SSRCS 64
#define RTC_SDP_MAX_FINGERPRINTS 8
#define RTC_SDP_MAX_FEEDBACKS 32 /* of one codec */
#define RTC_SDP_MAX_MSIDS 16
#define RTC_SDP_MAX_RIDS 16

typedef enum { RTC_KIND_AUDIO, RTC_KIND_VIDEO, RTC_KIND_APPLICATION, RTC_KIND_UNKNOWN } RtcKind;

/* From the describing side's view; a set of two bits. */
typedef enum {
  RTC_DIRECTION_INACTIVE = 0,
  RTC_DIRECTION_SENDONLY = 1,
  RTC_DIRECTION_RECVONLY = 2,
  RTC_DIRECTION_SENDRECV = 3,
} RtcDirection;

/* RFC 8842 §5.2 */
typedef enum { RTC_SETUP_NONE, RTC_SETUP_ACTPASS, RTC_SETUP_ACTIVE, RTC_SETUP_PASSIVE } RtcSetup;

typedef struct {
  guint id; /* 1 to 255 (RFC 8285 §4.2, 4.3) */
  gchar *uri;
  RtcDirection direction; /* SENDRECV when not written */
} RtcExtmap;

/* a=msid (RFC 8830); @track may be NULL */
typedef struct {
  gchar *stream;
  gchar *track;
} RtcMsid;

/* a=ssrc lines of one source; @cname may be NULL. @rtx: the SSRC that repeats it (FID), or 0 */
typedef struct {
  guint32 ssrc;
  guint32 rtx;
  gchar *cname;
} RtcSource;

/* a=rid (RFC 8851); the order is that of a=simulcast (RFC 8853) when it is present */
typedef struct {
  gchar *id;
  gboolean is_send;
  gboolean is_paused;
  gchar *restrictions; /* "pt=97;max-width=1280", or NULL */
} RtcRid;

/* One m= section. */
typedef struct {
  RtcKind kind;
  gchar *media;    /* as written: "audio", "video", "application", ... */
  gchar *protocol; /* "UDP/TLS/RTP/SAVPF", "UDP/DTLS/SCTP" */
  gchar *formats;  /* of RTC_KIND_UNKNOWN: the end of the m= line as written, otherwise NULL */
  gchar *mid;      /* NULL when not written */
  guint port;      /* 0: rejected, or bundle-only when is_bundle_only */
  gboolean is_bundle_only;
  RtcDirection direction;

  gchar *ice_ufrag; /* NULL when absent; session-level values are already copied here */
  gchar *ice_pwd;
  gboolean has_trickle; /* a=ice-options:trickle */
  gboolean is_end_of_candidates;
  GPtrArray *candidates; /* of gchar *: "candidate:..." */

  RtcSetup setup;
  GPtrArray *fingerprints; /* of RtcFingerprint */

  gboolean rtcp_mux;
  gboolean rtcp_mux_only;
  gboolean rtcp_rsize;
  GPtrArray *codecs;  /* of RtcCodec, in the order of the m= line */
  GPtrArray *extmaps; /* of RtcExtmap */
  GPtrArray *msids;   /* of RtcMsid */
  GPtrArray *sources; /* of RtcSource */
  GPtrArray *rids;    /* of RtcRid */
  gboolean has_simulcast;

  guint sctp_port;          /* 0: not a data section */
  guint64 max_message_size; /* bytes; 0 = no limit; 65536 when not written (RFC 8841 §6.1) */
} RtcSection;

typedef struct {
  guint64 session_id;
  guint64 session_version;
  gchar *session_name; /* "-" */
  gboolean is_ice_lite;
  gboolean is_extmap_allow_mixed;
  GPtrArray *bundle_groups; /* of GStrv: the mids of each a=group:BUNDLE */
  GPtrArray *sections;      /* of RtcSection */
} RtcDescription;

/* Reads a description and checks what can be checked without a session: syntax, limits, unique
 * mids and payload types, ICE character sets and lengths, fingerprint hashes that are allowed
 * (sha-256, sha-384, sha-512; a line of another hash is ignored). A rejected section (port 0, not
 * bundle-only) needs nothing. NULL and an RTC_ERROR otherwise. */
RtcDescription *rtc_description_from_text (const gchar *text, gssize length, GError **error);
RtcDescription *rtc_description_from_sdp (const GstSDPMessage *sdp, GError **error);
/* (transfer full); printing and reading again gives an equal model. */
GstSDPMessage *rtc_description_to_sdp (const RtcDescription *description);
gchar *rtc_description_to_text (const RtcDescription *description);

RtcDescription *rtc_description_new (void);
RtcDescription *rtc_description_copy (const RtcDescription *description);
void rtc_description_free (RtcDescription *description);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcDescription, rtc_description_free)

/* -1 when no section has this mid. */
gint rtc_description_find_mid (const RtcDescription *description, const gchar *mid);
RtcSection *rtc_description_get_section (const RtcDescription *description, guint index);
/* The group that @mid is in, or NULL. */
const gchar *const *rtc_description_find_bundle (
    const RtcDescription *description, const gchar *mid);

RtcSection *rtc_section_new (RtcKind kind, const gchar *mid);
RtcSection *rtc_section_copy (const RtcSection *section);
void rtc_section_free (RtcSection *section);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcSection, rtc_section_free)
gboolean rtc_section_is_rejected (const RtcSection *section);
const RtcCodec *rtc_section_find_codec (const RtcSection *section, guint pt);
const RtcExtmap *rtc_section_find_extmap (const RtcSection *section, const gchar *uri);

RtcExtmap *rtc_extmap_new (guint id, const gchar *uri, RtcDirection direction);
RtcExtmap *rtc_extmap_copy (const RtcExtmap *extmap);
void rtc_extmap_free (RtcExtmap *extmap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcExtmap, rtc_extmap_free)
RtcMsid *rtc_msid_new (const gchar *stream, const gchar *track);
RtcMsid *rtc_msid_copy (const RtcMsid *msid);
void rtc_msid_free (RtcMsid *msid);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcMsid, rtc_msid_free)
RtcSource *rtc_source_new (guint32 ssrc, guint32 rtx, const gchar *cname);
RtcSource *rtc_source_copy (const RtcSource *source);
void rtc_source_free (RtcSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcSource, rtc_source_free)
RtcRid *rtc_rid_new (const gchar *id, gboolean is_send, const gchar *restrictions);
RtcRid *rtc_rid_copy (const RtcRid *rid);
void rtc_rid_free (RtcRid *rid);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcRid, rtc_rid_free)
/* (transfer full): deep copies of lists of these structs, with their free function set. NULL in,
 * NULL out. */
GPtrArray *rtc_codecs_copy (GPtrArray *codecs);
GPtrArray *rtc_extmaps_copy (GPtrArray *extmaps);
GPtrArray *rtc_msids_copy (GPtrArray *msids);
GPtrArray *rtc_fingerprints_copy (GPtrArray *fingerprints);
GPtrArray *rtc_sources_copy (GPtrArray *sources);
GPtrArray *rtc_rids_copy (GPtrArray *rids);

const gchar *rtc_kind_to_string (RtcKind kind);
RtcKind rtc_kind_from_string (const gchar *media);
const gchar *rtc_direction_to_string (RtcDirection direction);
/* SENDONLY <-> RECVONLY */
RtcDirection rtc_direction_reverse (RtcDirection direction);
const gchar *rtc_setup_to_string (RtcSetup setup);
