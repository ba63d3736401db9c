// SPDX-License-Identifier: Apache-2.0
// Each wrong line of a file, with exactly what is said about it.
#include "load_text.hpp"

#include <gmock/gmock.h>

#include <ostream>

namespace reeve::config {
namespace {

using test::problems_of;
using ::testing::ElementsAre;
using ::testing::StartsWith;

struct wrong_file {
  const char* text;
  const char* problem;

  friend void PrintTo(const wrong_file& w, std::ostream* out) { *out << w.text; }
};

class OneProblem : public ::testing::TestWithParam<wrong_file> {};

TEST_P(OneProblem, IsSaidExactly) {
  EXPECT_THAT(problems_of(GetParam().text), ElementsAre(GetParam().problem));
  EXPECT_FALSE(test::load_text(GetParam().text).value.has_value());
}

INSTANTIATE_TEST_SUITE_P(
    BeyondAscii, OneProblem,
    ::testing::Values(
        wrong_file{"[agent]\n\xC3\xA9t\xC3\xA9 = 1", "2:1: syntax error in root table: expected keys, "
                                                     "tables, whitespace or comments, saw '\xC3\xA9' | "
                                                     "put the text or the key in quotes; beyond ASCII there "
                                                     "are letters in strings and comments alone"},
        wrong_file{"['\xC3\xA9'] # \xC3\xA9\n\"\xC3\xA9\\\"\" = '''\xC3\xA9'''' # \n\xEF\xBB\xB7 = 1",
                   "3:1: syntax error in root table: expected keys, tables, whitespace or comments, saw "
                   "'\xEF\xBB\xB7' | put the text or the key in quotes; beyond ASCII there are letters in "
                   "strings and "
                   "comments alone"},
        wrong_file{"a = 1\xC2\xA0", "1:6: syntax error in key-value pair: expected space or tab, saw "
                                    "'\\u00A0' | it looks like a space "
                                    "and is none: write one in its place"},
        wrong_file{"[log]\nlevel = \"\"\"\\\n  \xC3\xA9\xE3\x81\x82\xEF\xBB\xB7\"\"\"",
                   "2:9: log.level is \"\xC3\xA9\xE3\x81\x82\xEF\xBB\xB7\", allowed is \"trace\", \"debug\", "
                   "\"info\", "
                   "\"warn\" or \"error\""}));

INSTANTIATE_TEST_SUITE_P(
    WrongType, OneProblem,
    ::testing::Values(
        wrong_file{"agent = 1",
                   "1:9: agent must be a table, not an integer | write [agent] and its keys below"},
        wrong_file{"http = []", "1:8: http must be a table, not an array | write [http] and its keys below"},
        wrong_file{"scrape = ''",
                   "1:10: scrape must be a table, not a string | write [scrape] and its keys below"},
        wrong_file{"log = true", "1:7: log must be a table, not a boolean | write [log] and its keys below"},
        wrong_file{"plugin_defaults = 1.5", "1:19: plugin_defaults must be a table, not a float | write "
                                            "[plugin_defaults] and its keys below"},
        wrong_file{"[[plugin]]\n", "1:1: plugin must hold one table per plugin | write [plugin.NAME]"},
        wrong_file{
            "[plugin]\nwatch = 1",
            "2:9: plugin.watch must be a table, not an integer | write [plugin.watch] and its keys below"},
        wrong_file{
            "[agent]\ninstance = 1",
            "2:12: agent.instance must be a string, not an integer | for example: instance = \"default\""},
        wrong_file{"[agent]\nplugin_dir = true", "2:14: agent.plugin_dir must be a string, not a boolean"},
        wrong_file{"[agent]\ncontrol = \"yes\"",
                   "2:11: agent.control must be true or false, not a string | for example: control = true"},
        wrong_file{"[http]\nlisten = 9847",
                   "2:10: http.listen must be a string or an array of strings, not an integer "
                   "| for example: listen = \"127.0.0.1:9847\""},
        wrong_file{"[http]\nlisten = [\"[::1]:1\", 9847]",
                   "2:22: http.listen must hold strings only, not an integer"},
        wrong_file{
            "[http]\nmax_connections = 1.5",
            "2:19: http.max_connections must be an integer, not a float | for example: max_connections = 64"},
        wrong_file{"[http]\nreload_endpoint = 1", "2:19: http.reload_endpoint must be true or false, not an "
                                                  "integer | for example: reload_endpoint = false"},
        wrong_file{"[http]\ngzip = {}",
                   "2:8: http.gzip must be true or false, not a table | for example: gzip = true"},
        wrong_file{"[http]\nrequest_timeout = 10",
                   "2:19: http.request_timeout must be a duration in quotes, not an "
                   "integer | for example: request_timeout = \"10s\""},
        wrong_file{"[scrape]\nmax_age = 2",
                   "2:11: scrape.max_age must be a duration in quotes, not an integer | for "
                   "example: max_age = \"2s\""},
        wrong_file{"[scrape]\nrefresh_deadline = 0.5",
                   "2:20: scrape.refresh_deadline must be a duration in quotes, not a "
                   "float | for example: refresh_deadline = \"500ms\""},
        wrong_file{"[log]\nlevel = 3",
                   "2:9: log.level must be a string, not an integer | for example: level = \"info\""},
        wrong_file{"[log]\nformat = 3",
                   "2:10: log.format must be a string, not an integer | for example: format = \"text\""},
        wrong_file{"[log]\nfile = false", "2:8: log.file must be a string, not a boolean"},
        wrong_file{"[log]\nmax_size = 1.5",
                   "2:12: log.max_size must be a size in quotes or a number of bytes, not a float "
                   "| for example: max_size = \"10MB\""},
        wrong_file{"[log]\nmax_files = \"5\"",
                   "2:13: log.max_files must be an integer, not a string | for example: max_files = 5"},
        wrong_file{"[log]\nrepeat_window = 60",
                   "2:17: log.repeat_window must be a duration in quotes, not an integer | "
                   "for example: repeat_window = \"1m\""},
        wrong_file{"[plugin_defaults]\ninterval = 10",
                   "2:12: plugin_defaults.interval must be a duration in quotes, not "
                   "an integer | for example: interval = \"10s\""},
        wrong_file{"[plugin_defaults]\ndeadline = 5",
                   "2:12: plugin_defaults.deadline must be a duration in quotes, not "
                   "an integer | for example: deadline = \"5s\""},
        wrong_file{"[plugin_defaults]\nfailures_before_quarantine = \"3\"",
                   "2:30: plugin_defaults.failures_before_quarantine must be an integer, not a string | for "
                   "example: "
                   "failures_before_quarantine = 3"},
        wrong_file{"[plugin_defaults]\nquarantine_min = 30",
                   "2:18: plugin_defaults.quarantine_min must be a duration in "
                   "quotes, not an integer | for example: quarantine_min = \"30s\""},
        wrong_file{"[plugin_defaults]\nquarantine_max = 30",
                   "2:18: plugin_defaults.quarantine_max must be a duration in "
                   "quotes, not an integer | for example: quarantine_max = \"10m\""},
        wrong_file{"[plugin_defaults]\nmax_series = \"1\"",
                   "2:14: plugin_defaults.max_series must be an integer, not a "
                   "string | for example: max_series = 200000"},
        wrong_file{"[plugin_defaults]\nmax_families = []",
                   "2:16: plugin_defaults.max_families must be an integer, not an "
                   "array | for example: max_families = 500"},
        wrong_file{"[plugin.x]\nenabled = 1",
                   "2:11: plugin.x.enabled must be true or false, not an integer | for example: "
                   "enabled = true"},
        wrong_file{"[plugin.x]\nlibrary = 1",
                   "2:11: plugin.x.library must be a string, not an integer | for example: "
                   "library = \"x\""},
        wrong_file{"[plugin.x]\nmax_age = 1",
                   "2:11: plugin.x.max_age must be a duration in quotes, not an integer | for "
                   "example: max_age = \"2s\""},
        wrong_file{"[plugin_defaults]\ninterval = \"7s\"\n[plugin.x]\ninterval = 1",
                   "4:12: plugin.x.interval must be a duration in quotes, not an integer | for example: "
                   "interval = \"7s\""},
        wrong_file{"[plugin.x]\nsince = 2020-01-01",
                   "2:9: dates and times are not used here | write it as text, in quotes"}));

INSTANTIATE_TEST_SUITE_P(
    OutOfRange, OneProblem,
    ::testing::Values(
        wrong_file{"[agent]\ninstance = \"\"",
                   "2:12: agent.instance is \"\", allowed is 1 to 64 of a-z, 0-9, _ and -"},
        wrong_file{"[agent]\ninstance = \"A b\"",
                   "2:12: agent.instance is \"A b\", allowed is 1 to 64 of a-z, 0-9, _ and -"},
        wrong_file{"[agent]\nplugin_dir = \"plugins\"",
                   "2:14: agent.plugin_dir is \"plugins\", which is not an absolute path"},
        wrong_file{"[http]\nlisten = []",
                   "2:10: http.listen is empty | name at least one address, for example \"127.0.0.1:9847\""},
        wrong_file{"[http]\nlisten = \":9847\"", "2:10: http.listen: \":9847\" is not HOST:PORT (for every "
                                                 "address of the machine say 0.0.0.0 or [::]); "
                                                 "write it like 127.0.0.1:9847 or [::1]:9847"},
        wrong_file{
            "[http]\nlisten = [\"127.0.0.1:1\", \"127.0.0.1:65536\"]",
            "2:26: http.listen: \"127.0.0.1:65536\" is not HOST:PORT (a port is 0 to 65535); write it like "
            "127.0.0.1:9847 or [::1]:9847"},
        wrong_file{"[http]\nlisten = [\"[::1]:1\", \"[::1]:1\"]", "2:22: http.listen has \"[::1]:1\" twice"},
        wrong_file{"[http]\nmax_connections = 0", "2:19: http.max_connections is 0, allowed is 1 to 65536"},
        wrong_file{"[http]\nmax_connections = 65537",
                   "2:19: http.max_connections is 65537, allowed is 1 to 65536"},
        wrong_file{"[http]\nmax_connections = 4294967297",
                   "2:19: http.max_connections is 4294967297, allowed is 1 to 65536"},
        wrong_file{"[http]\nrequest_timeout = \"99ms\"",
                   "2:19: http.request_timeout is 99ms, allowed is 100ms to 1h"},
        wrong_file{"[http]\nrequest_timeout = \"61m\"",
                   "2:19: http.request_timeout is 1h1m, allowed is 100ms to 1h"},
        wrong_file{"[http]\nrequest_timeout = \"10\"",
                   "2:19: http.request_timeout: \"10\" is not a duration (its unit is "
                   "missing); write it like 500ms, 10s or 1m30s"},
        wrong_file{"[scrape]\nmax_age = \"2d\"", "2:11: scrape.max_age is 2d, allowed is 0s to 1d"},
        wrong_file{"[scrape]\nrefresh_deadline = \"61s\"",
                   "2:20: scrape.refresh_deadline is 1m1s, allowed is 0s to 1m"},
        wrong_file{"[log]\nlevel = \"wran\"",
                   "2:9: log.level is \"wran\", allowed is \"trace\", \"debug\", \"info\", "
                   "\"warn\" or \"error\""},
        wrong_file{"[log]\nlevel = \"warns\"",
                   "2:9: log.level is \"warns\", allowed is \"trace\", \"debug\", \"info\", "
                   "\"warn\" or \"error\" | did you mean \"warn\"?"},
        wrong_file{"[log]\nformat = \"xml\"", "2:10: log.format is \"xml\", allowed is \"text\" or \"json\""},
        wrong_file{"[log]\nfile = \"reeve.log\"",
                   "2:8: log.file is \"reeve.log\", which is not an absolute path"},
        wrong_file{"[log]\nmax_size = 999", "2:12: log.max_size is 999B, allowed is 1KB to 1TB"},
        wrong_file{"[log]\nmax_size = -1", "2:12: log.max_size is -1, allowed is 1KB to 1TB"},
        wrong_file{"[log]\nmax_size = \"2TB\"", "2:12: log.max_size is 2TB, allowed is 1KB to 1TB"},
        wrong_file{"[log]\nmax_size = \"10 megs\"",
                   "2:12: log.max_size: \"10 megs\" is not a size (unknown unit); write it "
                   "like 64KB, 10MB or 1GiB"},
        wrong_file{"[log]\nmax_files = 0", "2:13: log.max_files is 0, allowed is 1 to 1000"},
        wrong_file{"[log]\nrepeat_window = \"25h\"", "2:17: log.repeat_window is 1d1h, allowed is 0s to 1d"},
        wrong_file{"[plugin_defaults]\ninterval = \"99ms\"",
                   "2:12: plugin_defaults.interval is 99ms, allowed is 100ms to 1d"},
        wrong_file{"[plugin_defaults]\ndeadline = \"9ms\"",
                   "2:12: plugin_defaults.deadline is 9ms, allowed is 10ms to 1h"},
        wrong_file{"[plugin_defaults]\nfailures_before_quarantine = 0",
                   "2:30: plugin_defaults.failures_before_quarantine is 0, allowed is 1 to 1000"},
        wrong_file{"[plugin_defaults]\nquarantine_min = \"0s\"",
                   "2:18: plugin_defaults.quarantine_min is 0s, allowed is 1s to 1d"},
        wrong_file{"[plugin_defaults]\nquarantine_max = \"2d\"",
                   "2:18: plugin_defaults.quarantine_max is 2d, allowed is 1s to 1d"},
        wrong_file{"[plugin_defaults]\nquarantine_min = \"1h\"",
                   "2:18: plugin_defaults.quarantine_min is 1h, longer than quarantine_max (10m)"},
        wrong_file{"[plugin.x]\nquarantine_max = \"1s\"",
                   "2:18: plugin.x.quarantine_max is 1s, shorter than quarantine_min (30s)"},
        wrong_file{"[plugin_defaults]\nmax_series = 10000001",
                   "2:14: plugin_defaults.max_series is 10000001, allowed is 1 to 10000000"},
        wrong_file{"[plugin_defaults]\nmax_families = 0",
                   "2:16: plugin_defaults.max_families is 0, allowed is 1 to 100000"},
        wrong_file{"[plugin.x]\nlibrary = \"\"", "2:11: plugin.x.library is empty"},
        wrong_file{
            "[plugin.x]\nlibrary = \"../evil\"",
            "2:11: plugin.x.library is \"../evil\", which is neither a file name nor an absolute path"},
        wrong_file{"[plugin.x]\nlibrary = \"x.so\"",
                   "2:11: plugin.x.library is \"x.so\", a file name is given without its "
                   "extension | write library = \"x\", it then fits every system"},
        wrong_file{"[plugin.\"Bad Name\"]",
                   "1:9: plugin name \"Bad Name\" is not allowed | allowed is 1 to 64 of a-z, 0-9, _ and -"},
        wrong_file{"[plugin.agent]", "1:9: plugin name \"agent\" is not allowed | it stands for the agent in "
                                     "metrics and events"}));

INSTANTIATE_TEST_SUITE_P(
    Misspelt, OneProblem,
    ::testing::Values(
        wrong_file{"[agnt]", "1:2: unknown key \"agnt\" | did you mean \"agent\"?"},
        wrong_file{"[plugins.x]", "1:2: unknown key \"plugins\" | did you mean \"plugin\"?"},
        wrong_file{"listen = \"127.0.0.1:1\"", "1:1: unknown key \"listen\" | the file may have: agent, "
                                               "http, scrape, log, plugin_defaults, plugin, process, job, "
                                               "remedy, rules, rule, webhook, maintenance"},
        wrong_file{"[agent]\ninstanze = \"x\"",
                   "2:1: unknown key \"instanze\" in [agent] | did you mean \"instance\"?"},
        wrong_file{"[agent]\nplugindir = \"x\"",
                   "2:1: unknown key \"plugindir\" in [agent] | did you mean \"plugin_dir\"?"},
        wrong_file{"[agent]\ncontrl = true",
                   "2:1: unknown key \"contrl\" in [agent] | did you mean \"control\"?"},
        wrong_file{"[http]\nlsten = 1", "2:1: unknown key \"lsten\" in [http] | did you mean \"listen\"?"},
        wrong_file{"[http]\nmax_connection = 1",
                   "2:1: unknown key \"max_connection\" in [http] | did you mean \"max_connections\"?"},
        wrong_file{"[http]\nreload_endpont = 1",
                   "2:1: unknown key \"reload_endpont\" in [http] | did you mean \"reload_endpoint\"?"},
        wrong_file{"[http]\n  gzp = 1", "2:3: unknown key \"gzp\" in [http] | did you mean \"gzip\"?"},
        wrong_file{"[http]\nrequest-timeout = 1",
                   "2:1: unknown key \"request-timeout\" in [http] | did you mean \"request_timeout\"?"},
        wrong_file{"[http]\nport = 1",
                   "2:1: unknown key \"port\" in [http] | [http] may have: listen, max_connections, "
                   "reload_endpoint, gzip, request_timeout"},
        wrong_file{"[scrape]\nmaxage = 1",
                   "2:1: unknown key \"maxage\" in [scrape] | did you mean \"max_age\"?"},
        wrong_file{"[scrape]\nrefresh = 1",
                   "2:1: unknown key \"refresh\" in [scrape] | [scrape] may have: max_age, refresh_deadline"},
        wrong_file{"[log]\nlevels = 1", "2:1: unknown key \"levels\" in [log] | did you mean \"level\"?"},
        wrong_file{"[log]\nformt = 1", "2:1: unknown key \"formt\" in [log] | did you mean \"format\"?"},
        wrong_file{"[log]\nfiles = 1", "2:1: unknown key \"files\" in [log] | did you mean \"file\"?"},
        wrong_file{"[log]\nmaxsize = 1",
                   "2:1: unknown key \"maxsize\" in [log] | did you mean \"max_size\"?"},
        wrong_file{"[log]\nmax_file = 1",
                   "2:1: unknown key \"max_file\" in [log] | did you mean \"max_files\"?"},
        wrong_file{"[log]\nrepeatwindow = 1",
                   "2:1: unknown key \"repeatwindow\" in [log] | did you mean \"repeat_window\"?"},
        wrong_file{"[plugin_defaults]\nintervall = 1",
                   "2:1: unknown key \"intervall\" in [plugin_defaults] | did you mean \"interval\"?"},
        wrong_file{"[plugin_defaults]\ndedline = 1",
                   "2:1: unknown key \"dedline\" in [plugin_defaults] | did you mean \"deadline\"?"},
        wrong_file{"[plugin_defaults]\nfailures_before_quarantin = 1",
                   "2:1: unknown key \"failures_before_quarantin\" in [plugin_defaults] | did you mean "
                   "\"failures_before_quarantine\"?"},
        wrong_file{
            "[plugin_defaults]\nquarantine_mim = 1",
            "2:1: unknown key \"quarantine_mim\" in [plugin_defaults] | did you mean \"quarantine_min\"?"},
        wrong_file{
            "[plugin_defaults]\nquarantine_maks = 1",
            "2:1: unknown key \"quarantine_maks\" in [plugin_defaults] | did you mean \"quarantine_max\"?"},
        wrong_file{"[plugin_defaults]\nmax_serie = 1",
                   "2:1: unknown key \"max_serie\" in [plugin_defaults] | did you mean \"max_series\"?"},
        wrong_file{"[plugin_defaults]\nmax_family = 1",
                   "2:1: unknown key \"max_family\" in [plugin_defaults] | did you mean \"max_families\"?"}));

TEST(Problems, AllAreReportedInTheOrderOfTheFile) {
  EXPECT_THAT(problems_of("[log]\n"
                          "level = 1\n"
                          "nonsense = 1\n"
                          "max_files = 0\n"
                          "[agent]\n"
                          "control = 1\n"
                          "[plugin.x]\n"
                          "interval = \"1x\"\n"
                          "deadline = \"0s\"\n"),
              ElementsAre(StartsWith("2:9: log.level"), StartsWith("3:1: unknown key"),
                          StartsWith("4:13: log.max_files"), StartsWith("6:11: agent.control"),
                          StartsWith("8:12: plugin.x.interval"), StartsWith("9:12: plugin.x.deadline")));
}

TEST(Problems, OfThousandsAHundredAreKeptAndTheOthersCounted) {
  std::string text;
  for (int i = 0; i < 5000; ++i)
    text += cat("k", i, " = 1\n");
  const loaded l = test::load_text(text);
  ASSERT_EQ(l.problems.size(), 101u);
  EXPECT_EQ(l.problems.front().where.line, 1u);
  EXPECT_EQ(l.problems.back().message, "4900 more problems are not shown");
}

struct wrong_syntax {
  const char* text;
  std::uint32_t line, column;
  const char* hint; // its beginning

  friend void PrintTo(const wrong_syntax& w, std::ostream* out) { *out << w.text; }
};

// The message is toml++'s and differs between its versions; the place and the hint are ours to keep.
class Syntax : public ::testing::TestWithParam<wrong_syntax> {};

TEST_P(Syntax, IsOneProblemWithItsPlace) {
  const loaded l = test::load_text(GetParam().text);
  ASSERT_EQ(l.problems.size(), 1u);
  const diagnostic& d = l.problems.front();
  EXPECT_EQ(d.where.line, GetParam().line);
  EXPECT_EQ(d.where.column, GetParam().column);
  EXPECT_THAT(d.message, StartsWith("syntax error"));
  EXPECT_THAT(d.hint, StartsWith(GetParam().hint));
  if (*GetParam().hint == 0) {
    EXPECT_EQ(d.hint, "");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Some, Syntax,
    ::testing::Values(wrong_syntax{"[http]\nlisten \"x\"\n", 2, 8, ""},
                      wrong_syntax{"[http]\nlisten: \"x\"\n", 2, 7, "a key and its value"},
                      wrong_syntax{"[http]\nrequest_timeout = 10s\n", 2, 21,
                                   "durations, sizes and addresses"},
                      wrong_syntax{"[log]\nfile = \"C:\\logs\"\n", 2, 12, "a backslash"},
                      wrong_syntax{"[log]\nlevel = warn\n", 2, 9, "text is written in quotes"},
                      wrong_syntax{"[log]\nlevel = info\n", 2, 12, "text is written in quotes"},
                      wrong_syntax{"[log]\nfile = \"x\n", 2, 10, "the closing quote"},
                      wrong_syntax{"[agent]\ncontrol = yes\n", 2, 11, "text is written in quotes; true"},
                      wrong_syntax{"[http]\n[log]\n[http]\n", 3, 1, ""}, wrong_syntax{"[http\n", 1, 6, ""}));

} // namespace
} // namespace reeve::config
