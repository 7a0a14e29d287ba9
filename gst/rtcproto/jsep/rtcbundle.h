/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BUNDLE groups (RFC 9143) under the policies of RFC 9429 §4.1.1: which groups an offer and an
 * answer write, and which section's transport each section uses. Pure.
 */
#pragma once

#include "jsep/rtcstate.h"

/* owners[i]: the section whose transport section i uses: itself or its group's tag; -1: none,
 * since it is rejected. */
typedef struct {
  guint count;
  gint owners[RTC_SDP_MAX_SECTIONS];
} RtcBundlePlan;

/* Writes the groups and a=bundle-only of our offer. */
void rtc_bundle_write_offer (RtcBundlePolicy policy, const RtcState *state, RtcDescription *offer);
/* Writes the groups of our answer, and rejects the sections that the policy or the group of
 * @offer does not let live. */
void rtc_bundle_write_answer (
    RtcBundlePolicy policy, const RtcDescription *offer, RtcDescription *answer);
/* Until an answer says more, a section of our offer shares a transport only when it can do nothing
 * else: bundle-only, or in an established group. */
void rtc_bundle_plan_offer (
    const RtcState *state, const RtcDescription *offer, RtcBundlePlan *out_plan);
void rtc_bundle_plan_answer (const RtcDescription *answer, RtcBundlePlan *out_plan);
/* The existing transport that each owner goes on using, -1 where a new one is needed.
 * @is_offerer: those that our offer gave to the sections are meant. */
void rtc_bundle_choose (const RtcState *state, const RtcBundlePlan *plan, gboolean is_offerer,
    gint out_transports[RTC_SDP_MAX_SECTIONS]);
