/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ExampleHttp: a small HTTP server for programs that do their signalling themselves: a page for GET
 * / and a function for POST. On the main thread. Programs without wishes of their own use
 * rtcsignaller, which also guards against clients that mean no good.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ExampleHttp ExampleHttp;

/* Returns (transfer full) the reply's JSON, "" for an empty one, or NULL with @error: a
 * G_IO_ERROR_NOT_FOUND is status 404, all others are 400 and are told. */
typedef gchar *(*ExampleHttpFunc) (
    const gchar *path, const gchar *body, gpointer user_data, GError **error);

/* @address: "HOST:PORT", port 0 for any. @page: file in examples/pages, or NULL for none. */
ExampleHttp *example_http_new (const gchar *address, const gchar *page, ExampleHttpFunc func,
    gpointer user_data, GError **error);
/* "http://127.0.0.1:8080/" */
const gchar *example_http_get_url (ExampleHttp *http);
void example_http_free (ExampleHttp *http);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExampleHttp, example_http_free)

G_END_DECLS
