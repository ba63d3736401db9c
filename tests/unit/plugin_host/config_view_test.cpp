// SPDX-License-Identifier: Apache-2.0
#include "config_view.hpp"

#include "load_text.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace reeve::plugin_host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The table of [plugin.p] as the plugin sees it. The text given begins on line 2 of the file.
class view : public testing::Test {
 protected:
  const reeve_config* open(std::string_view options) {
    loaded_ = config::test::load_text(cat("[plugin.p]\n", options));
    return view_.emplace(loaded_.value.value().plugins.at(0).options, "p").raw();
  }
  // "LINE:COLUMN: MESSAGE | HINT"
  std::vector<std::string> problems() {
    std::vector<std::string> out;
    for (const diagnostic& d : view_->take_problems())
      out.push_back(
          cat(d.where.line, ":", d.where.column, ": ", d.message, d.hint.empty() ? "" : " | ", d.hint));
    return out;
  }

  config::loaded loaded_;
  std::optional<config_view> view_;
};

TEST_F(view, each_type_is_read_as_it_was_written) {
  const reeve_config* c = open("text = 'caf\xC3\xA9'\nwhole = -7\nreal = 2.5\nyes = true\nlong = '1m30s'\n");
  reeve_str text{};
  std::int64_t whole = 0;
  double real = 0, whole_as_real = 0;
  std::int32_t yes = 0;
  std::uint64_t duration = 0;
  EXPECT_EQ(c->get_str(c, "text", &text), REEVE_OK);
  EXPECT_EQ(std::string_view(text.ptr, text.len), "caf\xC3\xA9");
  EXPECT_EQ(c->get_i64(c, "whole", &whole), REEVE_OK);
  EXPECT_EQ(whole, -7);
  EXPECT_EQ(c->get_f64(c, "real", &real), REEVE_OK);
  EXPECT_EQ(real, 2.5);
  EXPECT_EQ(c->get_f64(c, "whole", &whole_as_real), REEVE_OK);
  EXPECT_EQ(whole_as_real, -7);
  EXPECT_EQ(c->get_bool(c, "yes", &yes), REEVE_OK);
  EXPECT_EQ(yes, 1);
  EXPECT_EQ(c->get_duration_ns(c, "long", &duration), REEVE_OK);
  EXPECT_EQ(duration, 90'000'000'000u);
  EXPECT_THAT(problems(), ElementsAre());
}

TEST_F(view, an_absent_key_leaves_the_output_alone) {
  const reeve_config* c = open("other = 1\n");
  std::int64_t whole = 42, other = 0;
  std::uint32_t length = 7;
  EXPECT_EQ(c->get_i64(c, "whole", &whole), REEVE_E_NOT_FOUND);
  EXPECT_EQ(c->length(c, "list", &length), REEVE_E_NOT_FOUND);
  EXPECT_EQ(c->get_i64(c, "other.inner", &whole), REEVE_E_NOT_FOUND);
  EXPECT_EQ(c->get_i64(c, "other[0]", &whole), REEVE_E_NOT_FOUND);
  EXPECT_EQ(whole, 42);
  EXPECT_EQ(length, 7u);
  EXPECT_EQ(c->get_i64(c, "other", &other), REEVE_OK);
  EXPECT_THAT(problems(), ElementsAre());
}

TEST_F(view, a_wrong_type_is_told_with_its_place_and_leaves_the_output_alone) {
  const reeve_config* c = open("a = 'x'\nb = 1\nc = 2.5\nd = '5 parsecs'\ne = [1]\nf = 5\n");
  reeve_str text{};
  std::int64_t whole = 42;
  double real = 42;
  std::int32_t flag = 42;
  std::uint64_t duration = 42;
  EXPECT_EQ(c->get_i64(c, "a", &whole), REEVE_E_TYPE);
  EXPECT_EQ(c->get_str(c, "b", &text), REEVE_E_TYPE);
  EXPECT_EQ(c->get_bool(c, "c", &flag), REEVE_E_TYPE);
  EXPECT_EQ(c->get_duration_ns(c, "d", &duration), REEVE_E_TYPE);
  EXPECT_EQ(c->get_f64(c, "e", &real), REEVE_E_TYPE);
  EXPECT_EQ(c->get_duration_ns(c, "f", &duration), REEVE_E_TYPE); // its unit is unsaid
  EXPECT_EQ(whole, 42);
  EXPECT_EQ(text.ptr, nullptr);
  EXPECT_EQ(flag, 42);
  EXPECT_EQ(duration, 42u);
  EXPECT_EQ(real, 42);
  EXPECT_THAT(problems(), ElementsAre("2:5: plugin.p.a must be an integer, not string",
                                      "3:5: plugin.p.b must be a string, not integer",
                                      "4:5: plugin.p.c must be true or false, not float",
                                      "5:5: plugin.p.d must be a duration such as \"10s\", not string",
                                      "6:5: plugin.p.e must be a number, not array",
                                      "7:5: plugin.p.f must be a duration such as \"10s\", not integer"));
}

TEST_F(view, arrays_and_tables_are_walked) {
  const reeve_config* c =
      open("list = ['a', 'b']\n[[plugin.p.group]]\nname = 'first'\n[[plugin.p.group]]\nname = 'second'\n"
           "[plugin.p.limits]\nzeta = 1\nalpha = 2\n");
  std::uint32_t n = 0;
  reeve_str text{};
  EXPECT_EQ(c->length(c, "list", &n), REEVE_OK);
  EXPECT_EQ(n, 2u);
  EXPECT_EQ(c->get_str(c, "list[1]", &text), REEVE_OK);
  EXPECT_EQ(std::string_view(text.ptr, text.len), "b");
  EXPECT_EQ(c->get_str(c, "list[2]", &text), REEVE_E_NOT_FOUND);
  EXPECT_EQ(c->length(c, "group", &n), REEVE_OK);
  EXPECT_EQ(n, 2u);
  for (const auto& [path, name] :
       {std::pair{"group[0].name", "first"}, std::pair{"group[1].name", "second"}}) {
    EXPECT_EQ(c->get_str(c, path, &text), REEVE_OK);
    EXPECT_EQ(std::string_view(text.ptr, text.len), name);
  }
  EXPECT_EQ(c->length(c, "limits", &n), REEVE_OK);
  EXPECT_EQ(n, 2u);
  EXPECT_EQ(c->key_at(c, "limits", 1, &text), REEVE_OK); // in the order of the file
  EXPECT_EQ(std::string_view(text.ptr, text.len), "alpha");
  EXPECT_EQ(c->key_at(c, "limits", 2, &text), REEVE_E_NOT_FOUND);
  EXPECT_EQ(c->length(c, "", &n), REEVE_OK); // the whole table
  EXPECT_EQ(n, 3u);
  EXPECT_THAT(problems(), ElementsAre());
}

TEST_F(view, odd_paths_find_nothing_and_break_nothing) {
  const reeve_config* c = open("list = ['a']\n");
  std::uint32_t n = 0;
  reeve_str text{};
  EXPECT_EQ(c->length(c, "list", &n), REEVE_OK);
  for (const char* path : {"list[", "list[]", "list[x]", "list[-1]", "list[99999999999999999999]", "list[0",
                           "list[0]x", ".", "..", "[0]", "]", "list[0][0]"})
    EXPECT_LT(c->get_str(c, path, &text), 0) << path;
}

TEST_F(view, keys_that_nobody_asked_for_are_reported_with_the_nearest) {
  const reeve_config* c = open("interwal = 1\ncolour = 2\n");
  std::int64_t out = 0;
  c->get_i64(c, "interval2", &out);
  c->get_i64(c, "interval", &out);
  EXPECT_THAT(problems(),
              ElementsAre("2:1: unknown key \"interwal\" in plugin.p | did you mean \"interval\"?",
                          "3:1: unknown key \"colour\" in plugin.p"));
}

TEST_F(view, unknown_keys_are_found_inside_arrays_and_tables) {
  const reeve_config* c = open("[[plugin.p.group]]\nname = 'a'\n[[plugin.p.group]]\nnane = "
                               "'b'\n[plugin.p.limits]\nmax = 1\nmix = 2\n");
  reeve_str text{};
  std::int64_t out = 0;
  c->get_str(c, "group[0].name", &text);
  c->get_i64(c, "limits.max", &out);
  EXPECT_THAT(problems(), ElementsAre("5:1: unknown key \"nane\" in plugin.p | did you mean \"name\"?",
                                      "8:1: unknown key \"mix\" in plugin.p | did you mean \"max\"?"));
}

TEST_F(view, a_table_that_was_listed_has_free_keys) {
  const reeve_config* c = open("[plugin.p.labels]\nanything = 'goes'\n");
  reeve_str key{};
  EXPECT_EQ(c->key_at(c, "labels", 0, &key), REEVE_OK);
  EXPECT_THAT(problems(), ElementsAre());
}

TEST_F(view, a_rejection_points_at_the_value) {
  const reeve_config* c = open("[[plugin.p.group]]\nname = 'a'\npattern = '('\n");
  reeve_str text{};
  c->get_str(c, "group[0].name", &text);
  c->get_str(c, "group[0].pattern", &text);
  const std::string_view message = "missing )";
  c->reject(c, "group[0].pattern", message.data(), message.size());
  EXPECT_THAT(problems(), ElementsAre("4:11: plugin.p.group[0].pattern: missing )"));
}

TEST_F(view, a_rejection_of_what_is_missing_points_at_what_there_is_of_it) {
  const reeve_config* c = open("size = 1\n[[plugin.p.group]]\nname = 'a'\n");
  reeve_str text{};
  std::int64_t out = 0;
  c->get_i64(c, "size", &out);
  c->get_str(c, "group[0].name", &text);
  c->reject(c, "group[0].pattern", "is required", 11);
  c->reject(c, "", "is odd", 6);
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("3:1: plugin.p.group[0].pattern: is required"),
                                      HasSubstr(": plugin.p: is odd")));
}

TEST_F(view, problems_are_bounded_and_clean) {
  const reeve_config* c = open("");
  for (int i = 0; i < 1000; ++i)
    c->reject(c, "x", "\xff", 1);
  const auto all = problems();
  EXPECT_EQ(all.size(), 100u);
  EXPECT_TRUE(is_utf8(all[0]));
}

} // namespace
} // namespace reeve::plugin_host
