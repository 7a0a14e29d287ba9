/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcbench: the command. It starts itself anew for each scenario and element, collects the figures
 * and prints one table; so no element profits or suffers from what another left in the process.
 * Figures are reported, never judged: a slow machine is no failure.
 */
#include "bench.h"
#include "benchreport.h"

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#define CHILD_TIMEOUT_S 600

typedef struct {
  const gchar *name;
  gboolean (*run) (const BenchOptions *options);
  gboolean is_hidden; /* a part of another one, in a process of its own */
} Scenario;

static const Scenario scenarios[] = {
  { "setup", bench_run_setup },
  { "footprint", bench_run_footprint },
  { "goodput", bench_run_goodput },
  { "media", bench_run_media },
  { "restart", bench_run_restart },
  { "forward", bench_run_forward },
  { "processes", bench_run_processes },
  { "peer", bench_run_peer, TRUE },
  { "many", bench_run_many },
  { "fairness", bench_run_fairness },
  { "videos", bench_run_videos },
#ifdef BENCH_SIMULATION_PLUGIN
  { "roundtrip", bench_run_roundtrip },
#endif
  { "http", bench_run_http },
  { "http-client", bench_run_http_client, TRUE },
  { "ends", bench_run_ends, TRUE },
};

typedef struct {
  BenchOptions bench;
  gchar *elements;
  gchar *scenarios;
  gchar *json;
  gchar *run; /* in the child: the one scenario */
} CommandLine;

/* An option of a scenario; a child gets all of them. */
typedef struct {
  const gchar *name;
  gsize offset; /* in BenchOptions */
  gint initial;
  gint minimum;
  gint maximum;
  const gchar *help;
} NumberOption;

#define OF(field) G_STRUCT_OFFSET (BenchOptions, field)

static const NumberOption numbers[] = {
  { "seconds", OF (seconds), 5, 1, 3600, "Length of a measurement" },
  { "setup-pairs", OF (setup_pairs), 50, 1, 100000, "Pairs of setup" },
  { "footprint-pairs", OF (footprint_pairs), 50, 1, 100000, "Pairs of footprint" },
  { "packet-rate", OF (packet_rate), 20000, 1, 10000000, "RTP packets a second of media" },
  { "packet-size", OF (packet_size), 1200, 32, 1400, "Bytes of an RTP packet" },
  { "list-length", OF (list_length), 0, 0, 10000,
      "RTP packets that are pushed at once; 1: one by one; 0: what is due, each ms; forward: each "
      "frame" },
  { "forward-rate", OF (forward_rate), 30000, 1, 10000000,
      "RTP packets a second of forward, to all destinations together" },
  { "http-pause", OF (http_pause_ms), 0, 0, 10000, "Milliseconds of http between two sessions" },
  { "http-sessions", OF (http_sessions), 300, 1, 1000000, "Sessions of http" },
  { "http-clients", OF (http_clients), 32, 1, 1000, "Clients of http at once" },
  { "roundtrip-seconds", OF (roundtrip_seconds), 10, 1, 3600, "Virtual seconds of roundtrip" },
  { "fairness-pairs", OF (fairness_pairs), 100, 1, 10000, "Quiet pairs of fairness" },
  { "video-pairs", OF (video_pairs), 20, 1, 10000, "Pairs of videos" },
  { "link-mbit", OF (link_mbit), 1000, 1, 100000, "Rate of the ways of roundtrip in Mbit/s" },
};

/* The same for lists of numbers. */
typedef struct {
  const gchar *name;
  gsize offset;
  const gchar *initial;
  guint maximum;
  const gchar *help;
} ListOption;

static const ListOption lists[] = {
  { "sizes", OF (message_sizes), "16384,64,1024,65536", 1 << 20,
      "Message sizes of goodput in bytes" },
  { "many", OF (many), "100", 100000, "Pairs of many" },
  { "round-trips", OF (round_trips), "20,50,100,300", 10000, "Milliseconds, of roundtrip" },
  { "destinations", OF (destinations), "10,100", 10000, "Peers that forward sends to" },
};

static gint *
get_number (BenchOptions *bench, guint index)
{
  return G_STRUCT_MEMBER_P (bench, numbers[index].offset);
}

static void
add_number_options (BenchOptions *bench, GArray *entries)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    GOptionEntry entry = { numbers[i].name, i == 0 ? 't' : 0, 0, G_OPTION_ARG_INT,
      get_number (bench, i), NULL, "N" };

    *get_number (bench, i) = numbers[i].initial;
    entry.description = g_strdup_printf ("%s (%d)", numbers[i].help, numbers[i].initial);
    g_array_append_val (entries, entry);
  }
}

static void
add_list_options (gchar **texts, GArray *entries)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    GOptionEntry entry = { lists[i].name, 0, 0, G_OPTION_ARG_STRING, &texts[i], NULL, "N,..." };

    texts[i] = g_strdup (lists[i].initial);
    entry.description = g_strdup_printf ("%s (%s)", lists[i].help, lists[i].initial);
    g_array_append_val (entries, entry);
  }
}

static void
add_other_options (CommandLine *line, GArray *entries)
{
  const GOptionEntry others[] = {
    { "elements", 'e', 0, G_OPTION_ARG_STRING, &line->elements,
        "Elements to measure; those that are not there are left out (webrtcbin,rtcbin)",
        "NAME,..." },
    { "scenarios", 's', 0, G_OPTION_ARG_STRING, &line->scenarios, "Which ones (all)", "NAME,..." },
    { "ends", 0, 0, G_OPTION_ARG_STRING, &line->bench.ends,
        "Element of publisher and destinations of forward (rtcbin)", "NAME" },
    { "peer", 0, 0, G_OPTION_ARG_STRING_ARRAY, &line->bench.peers,
        "A stack for processes, with the command of its peer (docs/performance.md)",
        "NAME=COMMAND" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &line->json, "Also write the figures to FILE", "FILE" },
    { "run", 0, 0, G_OPTION_ARG_STRING, &line->run,
        "Run this scenario in this process, with the one element of --elements", "NAME" },
  };

  g_array_append_vals (entries, others, G_N_ELEMENTS (others));
}

/* (transfer full), NULL (said why): a word is no number from 1 to the maximum. */
static GArray *
parse_list (const ListOption *option, const gchar *text)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; words[i] != NULL; i++) {
    guint64 number;
    guint narrow;

    if (!g_ascii_string_to_unsigned (words[i], 10, 1, option->maximum, &number, NULL)) {
      g_printerr ("--%s: %s is no number from 1 to %u\n", option->name, words[i], option->maximum);
      return NULL;
    }
    narrow = (guint) number;
    g_array_append_val (list, narrow);
  }
  return g_steal_pointer (&list);
}

static gboolean
check_numbers (BenchOptions *bench, GStrvBuilder *arguments)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    gint number = *get_number (bench, i);
    g_autofree gchar *argument = g_strdup_printf ("--%s=%d", numbers[i].name, number);

    if (number < numbers[i].minimum || number > numbers[i].maximum) {
      g_printerr (
          "--%s goes from %d to %d.\n", numbers[i].name, numbers[i].minimum, numbers[i].maximum);
      return FALSE;
    }
    g_strv_builder_add (arguments, argument);
  }
  return TRUE;
}

static gboolean
check_lists (BenchOptions *bench, gchar **texts, GStrvBuilder *arguments)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_autofree gchar *argument = g_strdup_printf ("--%s=%s", lists[i].name, texts[i]);
    GArray *list = parse_list (&lists[i], texts[i]);

    G_STRUCT_MEMBER (GArray *, bench, lists[i].offset) = list;
    if (list == NULL)
      return FALSE;
    g_strv_builder_add (arguments, argument);
  }
  return TRUE;
}

/* FALSE: said why. */
static gboolean
read_command_line (CommandLine *line, int *argc, char ***argv)
{
  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- what WebRTC elements cost, side by side");
  g_autoptr (GStrvBuilder) arguments = g_strv_builder_new ();
  g_autofree gchar *ends = NULL;
  g_autoptr (GError) error = NULL;
  gchar *texts[G_N_ELEMENTS (lists)];

  add_other_options (line, entries);
  add_number_options (&line->bench, entries);
  add_list_options (texts, entries);
  g_option_context_add_main_entries (context, (GOptionEntry *) entries->data, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, argc, argv, &error)) {
    g_printerr ("%s\n", error->message);
    return FALSE;
  }
  if (!check_numbers (&line->bench, arguments) || !check_lists (&line->bench, texts, arguments))
    return FALSE;
  ends = g_strdup_printf ("--ends=%s", line->bench.ends);
  g_strv_builder_add (arguments, ends);
  for (guint i = 0; line->bench.peers != NULL && line->bench.peers[i] != NULL; i++)
    g_strv_builder_add_many (arguments, "--peer", line->bench.peers[i], NULL);
  line->bench.arguments = g_strv_builder_end (arguments);
  return TRUE;
}

static int
run_here (CommandLine *line)
{
  /* An element that hangs ends its own process, and only that. */
  alarm (CHILD_TIMEOUT_S);
  line->bench.element = line->elements;
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (g_str_equal (scenarios[i].name, line->run))
      return scenarios[i].run (&line->bench) ? 0 : 1;
  g_printerr ("There is no scenario %s.\n", line->run);
  return 2;
}

gchar **
bench_make_command (const BenchOptions *options, const gchar *scenario, const gchar *element)
{
  g_autoptr (GStrvBuilder) arguments = g_strv_builder_new ();

  g_strv_builder_add_many (
      arguments, "/proc/self/exe", "--run", scenario, "--elements", element, NULL);
  g_strv_builder_addv (arguments, (const gchar **) options->arguments);
  return g_strv_builder_end (arguments);
}

/* What the child printed, (transfer full); NULL when it could not be started. */
static gchar *
run_in_child (CommandLine *line, const gchar *scenario, const gchar *element)
{
  g_auto (GStrv) command = bench_make_command (&line->bench, scenario, element);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child =
      g_subprocess_newv ((const gchar *const *) command, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  gchar *output = NULL;

  if (child != NULL)
    g_subprocess_communicate_utf8 (child, NULL, NULL, &output, NULL, &error);
  if (error != NULL)
    g_printerr ("%s of %s: %s\n", scenario, element, error->message);
  return output;
}

/* Whether @scenario can be run with @name: other stacks than elements know one. */
static gboolean
is_for (const BenchOptions *bench, const gchar *scenario, const gchar *name)
{
  for (guint i = 0; bench->peers != NULL && bench->peers[i] != NULL; i++)
    if (g_str_has_prefix (bench->peers[i], name) && bench->peers[i][strlen (name)] == '=')
      return g_str_equal (scenario, "processes");
  return TRUE;
}

/* Those of @names that can be made, (transfer full), and the other stacks before the last. */
static GStrv
find_elements (const BenchOptions *bench, const gchar *names)
{
  g_auto (GStrv) all = g_strsplit (names, ",", -1);
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();

  for (guint i = 0; all[i] != NULL; i++) {
    for (guint j = 0; all[i + 1] == NULL && bench->peers != NULL && bench->peers[j] != NULL; j++) {
      g_autofree gchar *name = g_strndup (bench->peers[j], strcspn (bench->peers[j], "="));
      g_strv_builder_add (found, name);
    }
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (all[i]);
    if (factory != NULL)
      g_strv_builder_add (found, all[i]);
    else
      g_printerr ("%s is not here and is left out.\n", all[i]);
  }
  return g_strv_builder_end (found);
}

static void
measure_all (CommandLine *line, BenchReport *report, GStrv elements)
{
  g_auto (GStrv) names = g_strsplit (line->scenarios, ",", -1);

  for (guint i = 0; names[i] != NULL; i++) {
    for (guint j = 0; elements[j] != NULL; j++) {
      g_autofree gchar *output = NULL;
      if (!is_for (&line->bench, names[i], elements[j]))
        continue;
      g_printerr ("%s of %s ...\n", names[i], elements[j]);
      output = run_in_child (line, names[i], elements[j]);
      if (output != NULL)
        bench_report_add_output (report, j, output);
    }
  }
}

static int
run_table (CommandLine *line)
{
  g_auto (GStrv) elements = find_elements (&line->bench, line->elements);
  g_autoptr (BenchReport) report = bench_report_new ((const gchar *const *) elements);
  g_autofree gchar *markdown = NULL;
  g_autoptr (GError) error = NULL;

  if (elements[0] == NULL)
    return 1;
  measure_all (line, report, elements);
  markdown = bench_report_to_markdown (report);
  g_print ("%s", markdown);
  if (line->json != NULL) {
    g_autofree gchar *json = bench_report_to_json (report);
    if (!g_file_set_contents (line->json, json, -1, &error)) {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  }
  return 0;
}

/* (transfer full) */
static gchar *
list_scenarios (void)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (!scenarios[i].is_hidden)
      g_string_append_printf (names, "%s%s", i > 0 ? "," : "", scenarios[i].name);
  return g_string_free (names, FALSE);
}

int
main (int argc, char **argv)
{
  CommandLine line = { .bench = { .ends = g_strdup ("rtcbin") },
    .elements = g_strdup ("webrtcbin,rtcbin"),
    .scenarios = list_scenarios () };

  if (!read_command_line (&line, &argc, &argv))
    return 2;
  return line.run != NULL ? run_here (&line) : run_table (&line);
}
