/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rtcbench: the command. It starts itself anew for each scenario and element, collects the figures
 * and prints one table; so no element profits or suffers from what another left in the process.
 * Figures are reported, never judged: a slow machine is no failure.
 */
#include "bench.h"
#include "benchreport.h"

#include <gio/gio.h>
#include <unistd.h>

#define CHILD_TIMEOUT_S 600

typedef struct {
  const gchar *name;
  gboolean (*run) (const BenchOptions *options);
} Scenario;

static const Scenario scenarios[] = {
  { "setup", bench_run_setup },
  { "footprint", bench_run_footprint },
  { "goodput", bench_run_goodput },
  { "media", bench_run_media },
  { "restart", bench_run_restart },
};

typedef struct {
  BenchOptions bench;
  gchar *elements;
  gchar *scenarios;
  gchar *sizes;
  gchar *json;
  gchar *run; /* in the child: the one scenario */
} CommandLine;

static gboolean
parse_command_line (CommandLine *line, int *argc, char ***argv, GError **error)
{
  BenchOptions *bench = &line->bench;
  const GOptionEntry entries[] = {
    { "elements", 'e', 0, G_OPTION_ARG_STRING, &line->elements,
        "Elements to measure; those that are not there are left out (webrtcbin,rtcbin)",
        "NAME,..." },
    { "scenarios", 's', 0, G_OPTION_ARG_STRING, &line->scenarios,
        "Of: setup, footprint, goodput, media, restart (all)", "NAME,..." },
    { "setup-pairs", 0, 0, G_OPTION_ARG_INT, &bench->setup_pairs, "Pairs of setup (50)", "N" },
    { "footprint-pairs", 0, 0, G_OPTION_ARG_INT, &bench->footprint_pairs, "Pairs of footprint (50)",
        "N" },
    { "seconds", 't', 0, G_OPTION_ARG_INT, &bench->seconds, "Length of a measurement (5)", "N" },
    { "sizes", 0, 0, G_OPTION_ARG_STRING, &line->sizes,
        "Message sizes of goodput in bytes (16384,64,1024,65536)", "N,..." },
    { "packet-rate", 0, 0, G_OPTION_ARG_INT, &bench->packet_rate,
        "RTP packets a second of media (20000)", "N" },
    { "packet-size", 0, 0, G_OPTION_ARG_INT, &bench->packet_size,
        "Bytes of an RTP packet of media (1200)", "N" },
    { "list-length", 0, 0, G_OPTION_ARG_INT, &bench->list_length,
        "RTP packets that media pushes at once; 1: one by one; 0: what is due, each ms (0)", "N" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &line->json, "Also write the figures to FILE", "FILE" },
    { "run", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &line->run, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- what WebRTC elements cost, side by side");

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
check_command_line (CommandLine *line)
{
  g_auto (GStrv) sizes = g_strsplit (line->sizes, ",", -1);

  line->bench.message_sizes = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; sizes[i] != NULL; i++) {
    guint64 size;
    guint narrow;
    if (!g_ascii_string_to_unsigned (sizes[i], 10, 1, 1 << 20, &size, NULL)) {
      g_printerr ("--sizes: %s is no size from 1 to 1048576\n", sizes[i]);
      return FALSE;
    }
    narrow = (guint) size;
    g_array_append_val (line->bench.message_sizes, narrow);
  }
  if (line->bench.setup_pairs < 1 || line->bench.footprint_pairs < 1 || line->bench.seconds < 1 ||
      line->bench.packet_rate < 1 || line->bench.packet_size < 32 ||
      line->bench.packet_size > 1400 || line->bench.list_length < 0) {
    g_printerr ("Numbers start at 1, --list-length at 0; --packet-size goes from 32 to 1400.\n");
    return FALSE;
  }
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

static void
add_number (GStrvBuilder *arguments, const gchar *option, gint number)
{
  g_autofree gchar *argument = g_strdup_printf ("--%s=%d", option, number);

  g_strv_builder_add (arguments, argument);
}

/* (transfer full) */
static GStrv
make_child_command (CommandLine *line, const gchar *scenario, const gchar *element)
{
  const BenchOptions *bench = &line->bench;
  g_autoptr (GStrvBuilder) arguments = g_strv_builder_new ();

  g_strv_builder_add_many (arguments, "/proc/self/exe", "--run", scenario, "--elements", element,
      "--sizes", line->sizes, NULL);
  add_number (arguments, "setup-pairs", bench->setup_pairs);
  add_number (arguments, "footprint-pairs", bench->footprint_pairs);
  add_number (arguments, "seconds", bench->seconds);
  add_number (arguments, "packet-rate", bench->packet_rate);
  add_number (arguments, "packet-size", bench->packet_size);
  add_number (arguments, "list-length", bench->list_length);
  return g_strv_builder_end (arguments);
}

/* What the child printed, (transfer full); NULL when it could not be started. */
static gchar *
run_in_child (CommandLine *line, const gchar *scenario, const gchar *element)
{
  g_auto (GStrv) command = make_child_command (line, scenario, element);
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

/* Those of @names that can be made, (transfer full). */
static GStrv
find_elements (const gchar *names)
{
  g_auto (GStrv) all = g_strsplit (names, ",", -1);
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();

  for (guint i = 0; all[i] != NULL; i++) {
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
  g_auto (GStrv) elements = find_elements (line->elements);
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

int
main (int argc, char **argv)
{
  CommandLine line = { .bench = { .setup_pairs = 50,
                           .footprint_pairs = 50,
                           .seconds = 5,
                           .packet_rate = 20000,
                           .packet_size = 1200 },
    .elements = g_strdup ("webrtcbin,rtcbin"),
    .scenarios = g_strdup ("setup,footprint,goodput,media,restart"),
    .sizes = g_strdup ("16384,64,1024,65536") };
  g_autoptr (GError) error = NULL;

  if (!parse_command_line (&line, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  if (!check_command_line (&line))
    return 2;
  return line.run != NULL ? run_here (&line) : run_table (&line);
}
