// SPDX-License-Identifier: Apache-2.0
// `reeve locks` with the kinds of locks that Linux has.
#include "tests/integration/locks_command.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace reeve::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

TEST_F(locks_command, the_table_names_holder_waiter_and_for_whom) {
  const file_holder holds({"open=" + file(), "posix=write,100,100"});
  const file_holder waits({"open=" + file(), "posix-wait=read,0,0"}, "waiting");
  finished_child done;
  ASSERT_TRUE(wait_until(
      [&] {
        done = locks({file()});
        return done.output.find("waits for") != std::string::npos;
      },
      long_bound));
  EXPECT_EQ(done.exit_code, locks_found);
  EXPECT_THAT(done.output, HasSubstr(cat(holds.pid())));
  EXPECT_THAT(done.output, HasSubstr("posix write  100-199  held"));
  EXPECT_THAT(done.output, HasSubstr(cat("waits for ", holds.pid(), " (file_holder)")));
  EXPECT_THAT(done.output, HasSubstr(file()));
}

TEST_F(locks_command, json_has_it_all) {
  const file_holder holds({"open=" + file(), "flock=write"});
  const file_holder waits({"open=" + file(), "flock-wait=read"}, "waiting");
  json::value answer;
  ASSERT_TRUE(wait_until(
      [&] {
        const auto done = locks({"--json", file()});
        EXPECT_EQ(done.exit_code, locks_found);
        boost::system::error_code wrong;
        answer = json::parse(done.output, wrong);
        EXPECT_FALSE(wrong) << done.output;
        return !wrong && answer.at("files").at(0).at("locks").as_array().size() == 2;
      },
      long_bound));
  const json::value& f = answer.at("files").at(0);
  EXPECT_EQ(f.at("path").as_string(), file());
  EXPECT_EQ(f.at("openings").as_array().size(), 2u);
  const json::value& held = f.at("locks").at(0);
  EXPECT_EQ(held.at("state").as_string(), "held");
  EXPECT_EQ(held.at("kind").as_string(), "flock");
  EXPECT_EQ(held.at("holders").at(0).at("pid").to_number<std::int64_t>(), holds.pid());
  EXPECT_EQ(held.at("holders").at(0).at("name").as_string(), "file_holder");
  EXPECT_FALSE(held.as_object().contains("end"));
  const json::value& waiting = f.at("locks").at(1);
  EXPECT_EQ(waiting.at("state").as_string(), "waiting");
  EXPECT_EQ(waiting.at("waiters").at(0).at("pid").to_number<std::int64_t>(), waits.pid());
  EXPECT_EQ(waiting.at("waits_for").at(0).at("pid").to_number<std::int64_t>(), holds.pid());
  EXPECT_EQ(waiting.at("in_cycle").as_bool(), false);
  // Nobody: still a whole answer.
  write_file(file("free"), "");
  const auto none = locks({"--json", file("free")});
  EXPECT_EQ(none.exit_code, locks_nobody);
  EXPECT_EQ(json::parse(none.output).at("files").at(0).at("locks").as_array().size(), 0u);
}

TEST_F(locks_command, all_shows_locks_of_files_nobody_named) {
  const file_holder holds({"open=" + file(), "ofd=write,0,0"});
  const auto done = locks({"--all"});
  EXPECT_EQ(done.exit_code, locks_found);
  EXPECT_THAT(done.output, HasSubstr(file()));
  EXPECT_THAT(done.output, HasSubstr("ofd write"));
}

} // namespace
} // namespace reeve::test
