// SPDX-License-Identifier: Apache-2.0
// promtool is the judge of files with samples, and Prometheus of what is in them.
#include "tests/integration/promql/both_answers.hpp"
#include "tests/integration/promtool.hpp"

#include <gtest/gtest.h>

namespace reeve::test {
namespace {

bool promtool_takes(std::string_view samples) {
  const temp_dir folder;
  write_file(folder / "samples", samples);
  child_options how;
  how.program = promtool_program;
  how.arguments = {"tsdb", "create-blocks-from", "openmetrics", (folder / "samples").string(),
                   (folder / "data").string()};
  how.output_file = folder / "output";
  const auto made = run(how, long_bound);
  return made && made->exit_code == 0;
}

TEST(sample_text_agreement, promtool_and_reeve_take_the_same_files) {
  static constexpr std::string_view lines[] = {
      // values and times
      "x -NaN 1", "x +NaN 1", "x nan 1", "x nan(5) 1", "x +-5 1", "x 1e-400 1", "x -1e-400 1", "x 1e400 1",
      "x 0x10 1", "x 1_0 1", "x 010 1", "x .5 1", "x 5. 1", "x infinity 1", "x +Inf 1", "x -inf 1", "x 1 +1",
      "x 1 NaN", "x 1 Inf", "x 1 1e-400", "x 1 1e400", "x 1 -5", "x 1 1 ", "x  1 1", "x 1  1", "x 1\r 1",
      "x 1 1\r",
      // labels
      R"(x{a="b",} 1 1)", R"(x{,} 1 1)", "x{} 1 1", R"(x{a=""} 1 1)", R"(x{__name__="y"} 1 1)",
      "x{a=\"\xff\"} 1 1", R"(x{a="b",a="c"} 1 1)", R"(x{a="b" } 1 1)", R"(x{a="\x\\\n\""} 1 1)",
      // exemplars
      "x 1 1 # junk", "x 1 1 # ", "x 1 1 #", "x 1 1 # {} 1", "x_total 1 1 # {} 1",
      R"(x_total{a="b"} 1 1 # {a="b"} NaN 2)", R"(x_bucket{le="1.0"} 1 1 # {a="b"} 1)",
      R"(x_total 1 1 # {a="b",} 1)", R"(x_total 1 1 # {a="b"})", R"(x_total 1 1 # {a="b"} 1 x)",
      R"(x_total 1 1 # {a="b"} 1 2 3)", R"(x_total 1 1 # {a="b"} 1 )",
      // comments
      "# comment", "#", "#EOF", "# EOF ", "# HELP x", "# HELP x ", "# HELP x with words", "# HELP 1 x",
      "# HELP x \xff", "# TYPE x gauge", "# UNIT x ", "# help x y"};
  for (const std::string_view line : lines) {
    const std::string text = cat("z 1 1\n", line, "\n# EOF\n");
    EXPECT_EQ(rules::read_samples(text).has_value(), promtool_takes(text)) << line;
  }
}

TEST(sample_text_agreement, prometheus_has_the_same_samples) {
  const auto both = both_answers::over("fine 1 1767225676.974747\n"
                                       "fine 2 1767225690.0299999\n"
                                       "late 2 1767225630\n"
                                       "late 1 1767225600\n"
                                       "late 7 1767225630\n"
                                       "late 5 1767225450\n" // in another block, which promtool keeps
                                       "late 6 1767225449\n"
                                       "tiny 1e-400 1767225600\n"
                                       "order{k=\"z\"} 1e16 1767225600\n"
                                       "order{k=\"m\"} 1 1767225600\n"
                                       "order{k=\"a\"} -1e16 1767225600\n"
                                       "order{k=\"b\"} 3 1767225600\n"
                                       "order{K=\"y\"} 5 1767225599\n"
                                       "order 3 1767225601\n"
                                       "# EOF\n");
  ASSERT_TRUE(both) << both.error().message;
  for (const char* e : {"fine", "late", "tiny", "count_over_time(fine[1m])", "count_over_time(late[10m])",
                        "sum_over_time(late[10m])", "sum(order)", "avg(order)", "sum({__name__!=\"\"})"})
    for (const std::int64_t at :
         {1767225676973, 1767225676974, 1767225690029, 1767225630000, 1767225600000, 1767225450000}) {
      const auto compared = (*both)->compare(e, at);
      EXPECT_TRUE(compared.difference.empty()) << compared.difference;
    }
}

} // namespace
} // namespace reeve::test
