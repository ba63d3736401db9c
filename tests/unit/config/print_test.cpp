// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/print.hpp"

#include <gtest/gtest.h>

namespace reeve::config {
namespace {

std::string printed(const char* file, std::uint32_t line, std::uint32_t column, const char* message,
                    const char* excerpt, const char* hint, bool colour = false) {
  diagnostic d;
  d.where.file = file;
  d.where.line = line;
  d.where.column = column;
  d.message = message;
  d.excerpt = excerpt;
  d.hint = hint;
  return format(d, colour);
}

TEST(Print, LooksLikeACompilersMessage) {
  EXPECT_EQ(printed("reeve.toml", 12, 10, "http.listen is bad", "listen = 5", "write it in quotes"),
            "reeve.toml:12:10: error: http.listen is bad\n"
            "    listen = 5\n"
            "             ^\n"
            "hint: write it in quotes\n");
}

TEST(Print, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(printed("a b.toml", 0, 0, "gone", "", ""), "a b.toml: error: gone\n");
  EXPECT_EQ(printed("a", 3, 0, "bad", "x = 1", ""), "a:3: error: bad\n    x = 1\n");
  EXPECT_EQ(printed("", 0, 0, "5 more", "", "h"), "error: 5 more\nhint: h\n");
}

TEST(Print, TheCaretStandsUnderTheColumn) {
  // A tab above a tab; two cells for a wide character, none for a combining one.
  EXPECT_EQ(printed("f", 1, 3, "m", "\t\tx", ""), "f:1:3: error: m\n    \t\tx\n    \t\t^\n");
  EXPECT_EQ(printed("f", 1, 4, "m", "\u6f22\u00e9e\u0301x", ""),
            "f:1:4: error: m\n    \u6f22\u00e9e\u0301x\n        ^\n");
  EXPECT_EQ(printed("f", 1, 5, "m", "\u6f22\u00e9e\u0301x", ""),
            "f:1:5: error: m\n    \u6f22\u00e9e\u0301x\n        ^\n");
  EXPECT_EQ(printed("f", 1, 2, "m", "\U0001F600x", ""), "f:1:2: error: m\n    \U0001F600x\n      ^\n");
}

TEST(Print, ACaretMayStandOnePastTheEndAndNotBeyond) {
  EXPECT_EQ(printed("f", 1, 4, "m", "abc", ""), "f:1:4: error: m\n    abc\n       ^\n");
  EXPECT_EQ(printed("f", 1, 5, "m", "abc", ""), "f:1:5: error: m\n    abc\n");
}

TEST(Print, ControlCharactersOfTheFileDoNotReachTheTerminal) {
  EXPECT_EQ(printed("f", 1, 4, "m", "a\x1b\x7fz", ""), "f:1:4: error: m\n    a??z\n       ^\n");
  EXPECT_EQ(printed("f", 1, 2, "m", "\u009bz", ""), "f:1:2: error: m\n    ?z\n     ^\n");
  EXPECT_EQ(printed("f", 1, 2, "m", "\xFFz", ""), "f:1:2: error: m\n    \uFFFDz\n     ^\n");
}

TEST(Print, Colours) {
  EXPECT_EQ(printed("f", 1, 1, "m", "x", "h", true), "\x1b[1mf:1:1: \x1b[0m\x1b[1;31merror:\x1b[0m m\n"
                                                     "    x\n"
                                                     "    \x1b[1;32m^\x1b[0m\n"
                                                     "\x1b[1;36mhint:\x1b[0m h\n");
}

} // namespace
} // namespace reeve::config
