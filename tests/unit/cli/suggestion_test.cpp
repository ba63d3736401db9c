// SPDX-License-Identifier: Apache-2.0
#include "suggestion.hpp"

#include "choices.hpp"
#include "verb.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include <vector>

namespace reeve::cli {
namespace {

class suggestion : public testing::Test {
 protected:
  suggestion() : root_("x", "reeve") {
    add_ps(root_, context_);
    add_version(root_, context_);
    add_reload(root_, context_);
  }
  std::string of(std::vector<const char*> arguments) const { return unknown_word(root_, arguments); }

  context context_;
  CLI::App root_;
};

TEST_F(suggestion, a_verb) {
  EXPECT_EQ(of({"pss"}), "there is no verb \"pss\"; did you mean \"ps\"?");
  EXPECT_EQ(of({"relaod"}), "there is no verb \"relaod\"; did you mean \"reload\"?");
  EXPECT_EQ(of({"frobnicate"}), "there is no verb \"frobnicate\"");
}

TEST_F(suggestion, an_option) {
  EXPECT_EQ(of({"ps", "--srot", "cpu"}), "there is no option \"--srot\"; did you mean \"--sort\"?");
  EXPECT_EQ(of({"ps", "--tree", "--usr=root"}), "there is no option \"--usr\"; did you mean \"--user\"?");
  EXPECT_EQ(of({"reload", "--tree"}), "there is no option \"--tree\"");
  EXPECT_EQ(of({"--hlep"}), "there is no option \"--hlep\"; did you mean \"--help\"?");
}

TEST_F(suggestion, nothing_when_every_word_exists) {
  EXPECT_EQ(of({}), "");
  EXPECT_EQ(of({"ps", "--top", "x"}), "");
  EXPECT_EQ(of({"ps", "--sort=cpu", "--", "--srot"}), "");
}

TEST_F(suggestion, a_word_of_a_closed_set) {
  try {
    root_.parse("ps --sort cpuu");
    FAIL();
  } catch (const CLI::ValidationError& e) {
    EXPECT_NE(std::string(e.what()).find("did you mean \"cpu\"?"), std::string::npos) << e.what();
  }
}

TEST_F(suggestion, words_of_an_option_are_those_it_was_given) {
  const CLI::App* ps = root_.get_subcommand("ps");
  EXPECT_EQ(words_of(*ps->get_option("--lines")), (std::vector<std::string>{"auto", "ascii", "utf8"}));
  EXPECT_TRUE(words_of(*ps->get_option("--name")).empty());
}

} // namespace
} // namespace reeve::cli
