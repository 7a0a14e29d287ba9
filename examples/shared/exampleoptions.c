/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options of all examples: see exampleoptions.h. */
#include "exampleoptions.h"

#include "examplelog.h"

#define DEFAULT_HTTP_PORT 8080
#define LOOPBACK "127.0.0.1"
#define ANY_ADDRESS "0.0.0.0"

/* What GOption fills in, before it is checked. */
typedef struct {
  ExampleOptions *options;
  gboolean is_paste;
  gboolean is_debug;
  gchar *log_level;
  gchar *log_file;
} Parsing;

static gboolean
is_any_address (const gchar *address)
{
  return g_str_equal (address, ANY_ADDRESS) || g_str_equal (address, "::");
}

/* [ADDRESS][:PORT], where ADDRESS may be [IPv6]. */
gboolean
example_options_parse_address (ExampleOptions *options, const gchar *address, GError **error)
{
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GRegex) pattern = g_regex_new (
      "^(?:\\[([0-9a-fA-F:.]+)\\]|([^\\[\\]:]*))?(?::([0-9]{1,5}))?$", G_REGEX_OPTIMIZE, 0, NULL);
  g_autofree gchar *port = NULL;

  if (!g_regex_match (pattern, address, 0, &match)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "HTTP wants ADDRESS:PORT, as in 0.0.0.0:8080, not %s", address);
    return FALSE;
  }
  for (gint i = 1; i <= 2; i++) {
    g_autofree gchar *host = g_match_info_fetch (match, i);
    if (host == NULL || host[0] == '\0')
      continue;
    g_free (options->http_address);
    options->http_address = g_steal_pointer (&host);
  }
  port = g_match_info_fetch (match, 3);
  if (port != NULL && port[0] != '\0')
    options->http_port = (guint) g_ascii_strtoull (port, NULL, 10);
  if (options->http_port <= G_MAXUINT16)
    return TRUE;
  g_set_error_literal (
      error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "A port is a number from 0 to 65535");
  return FALSE;
}

static gboolean
parse_http (const gchar *name, const gchar *value, gpointer user_data, GError **error)
{
  ExampleOptions *options = ((Parsing *) user_data)->options;

  options->is_http = TRUE;
  options->is_http_given = TRUE;
  return value == NULL || example_options_parse_address (options, value, error);
}

static gboolean
check (const ExampleOptions *options, const Parsing *parsing, GError **error)
{
  const gchar *problem = NULL;

  if (options->port < 0 || options->port > 65535)
    problem = "A port is a number from 0 to 65535.";
  else if (!g_hostname_is_ip_address (options->host))
    problem = "--host wants an IP address of this machine, or 0.0.0.0 for all.";
  else if (options->input_file != NULL &&
      !g_file_test (options->input_file, G_FILE_TEST_IS_REGULAR))
    problem = "The file of --input-sdp-file is not there.";
  if (problem == NULL)
    return example_log_start (parsing->log_level, parsing->log_file, error);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, problem);
  return FALSE;
}

static void
complete (ExampleOptions *options, Parsing *parsing, const ExampleInfo *info)
{
  if (parsing->is_debug && parsing->log_level == NULL)
    parsing->log_level = g_strdup (info->debug_level != NULL ? info->debug_level : "INFO");
  if (options->http_address == NULL)
    options->http_address = g_strdup (LOOPBACK);
  /* Not loopback, which Firefox does not use. */
  if (options->host == NULL)
    options->host = g_strdup (ANY_ADDRESS);
  if (parsing->is_paste || options->input_file != NULL)
    options->is_http = FALSE;
}

gboolean
example_options_parse (
    ExampleOptions *options, const ExampleInfo *info, int *argc, char ***argv, GError **error)
{
  Parsing parsing = { options };
  const GOptionEntry http[] = {
    { "http", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, (gpointer) parse_http,
        "Serve a page for browsers (127.0.0.1:8080)", "ADDRESS:PORT" },
    { NULL },
  };
  const GOptionEntry signalling[] = {
    { "https", 0, 0, G_OPTION_ARG_NONE, &options->is_https,
        "HTTPS, which a browser on another machine needs for its camera", NULL },
    { "paste", 0, 0, G_OPTION_ARG_NONE, &parsing.is_paste,
        "Exchange descriptions by copy and paste; examples/pages/paste.html is the other side",
        NULL },
    { "input-sdp-file", 'i', 0, G_OPTION_ARG_FILENAME, &options->input_file,
        "Read the offer from a file, not from a prompt", "FILE" },
    { "client", 'c', 0, G_OPTION_ARG_NONE, &options->is_dtls_client,
        "Answer as DTLS client, with copy and paste (server)", NULL },
    { NULL },
  };
  const GOptionEntry common[] = {
    { "host", 0, 0, G_OPTION_ARG_STRING, &options->host,
        "Address of the peer, 0.0.0.0 for all of this machine (0.0.0.0)", "ADDRESS" },
    { "port", 0, 0, G_OPTION_ARG_INT, &options->port, "UDP port of the peer, 0 for any (0)", "N" },
    { "stun-server", 0, 0, G_OPTION_ARG_STRING, &options->stun_server, "STUN server (none)",
        "HOST:PORT" },
    { "debug", 'd', 0, G_OPTION_ARG_NONE, &parsing.is_debug, "Log what the elements do", NULL },
    { "log-level", 'l', 0, G_OPTION_ARG_STRING, &parsing.log_level,
        "ERROR, WARN, INFO, DEBUG or TRACE (INFO)", "LEVEL" },
    { "output-log-file", 'o', 0, G_OPTION_ARG_FILENAME, &parsing.log_file,
        "Log into a file, not to stderr", "FILE" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (info->summary);
  GOptionGroup *group = g_option_group_new ("main", NULL, NULL, &parsing, NULL);
  gboolean is_good;

  *options = (ExampleOptions){ .is_http = info->http_port != 0,
    .http_port = info->http_port != 0 ? info->http_port : DEFAULT_HTTP_PORT,
    .is_https = info->is_https };
  if (info->options != NULL)
    g_option_group_add_entries (group, info->options);
  if (!info->has_own_signalling || info->http_port != 0)
    g_option_group_add_entries (group, http);
  if (!info->has_own_signalling)
    g_option_group_add_entries (group, signalling);
  g_option_group_add_entries (group, common);
  g_option_context_set_main_group (context, group);
  g_option_context_set_description (context, info->description);
  g_option_context_add_group (context, gst_init_get_option_group ());
  is_good = g_option_context_parse (context, argc, argv, error);
  if (is_good && *argc > 1) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "Too much: %s", (*argv)[1]);
    is_good = FALSE;
  }
  complete (options, &parsing, info);
  is_good = is_good && check (options, &parsing, error);
  g_free (parsing.log_level);
  g_free (parsing.log_file);
  return is_good;
}

void
example_options_clear (ExampleOptions *options)
{
  g_free (options->http_address);
  g_free (options->input_file);
  g_free (options->host);
  g_free (options->stun_server);
}

void
example_options_apply (const ExampleOptions *options, GstElement *peer)
{
  const gchar *addresses[] = { options->host, NULL };

  if (!is_any_address (addresses[0]))
    g_object_set (peer, "local-addresses", addresses, NULL);
  if (options->port != 0)
    g_object_set (peer, "min-port", options->port, "max-port", options->port, NULL);
  if (options->stun_server != NULL) {
    g_autofree gchar *uri = g_str_has_prefix (options->stun_server, "stun:")
        ? g_strdup (options->stun_server)
        : g_strconcat ("stun://", options->stun_server, NULL);
    g_object_set (peer, "stun-server", uri, NULL);
  }
}

void
example_options_apply_to_signaller (
    const ExampleOptions *options, GstElement *signaller, const gchar *page)
{
  g_autofree gchar *file = page != NULL ? g_build_filename (EXAMPLE_PAGES, page, NULL) : NULL;

  g_object_set (signaller, "address", options->http_address, "port", options->http_port, "https",
      options->is_https, "page", file, NULL);
}
