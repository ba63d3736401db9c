// SPDX-License-Identifier: Apache-2.0
// Real programs, started under real keepers.
#include "tests/unit/os/keeper_rig.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>

namespace reeve::os {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using keeper_test = keeper_rig;

TEST_F(keeper_test, tells_that_it_runs_and_how_it_ended) {
  EXPECT_EQ(run(bystander({"exit", "0"})).end, child_end{});
  kept& k = start(bystander({"exit", "7"}));
  const keeper_record r = k.news.last();
  EXPECT_EQ(r.phase, keep_phase::ended);
  EXPECT_EQ(r.end, (child_end{false, 7}));
  EXPECT_EQ(r.incarnation, 2u);
  EXPECT_EQ(r.fingerprint, "print");
  EXPECT_NE(r.program.start, 0u);
  EXPECT_NE(r.keeper.start, 0u);
  EXPECT_GE(r.ended_unix, r.started_unix);
  EXPECT_TRUE(k.news.has(keep_phase::running));
}

TEST(keeper_record, says_that_memory_ran_out_only_where_it_did) {
  keeper_record r;
  const std::string without = to_text(r);
  r.is_out_of_memory = true;
  const auto read = record_from_text(to_text(r));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->is_out_of_memory);
  EXPECT_FALSE(record_from_text(without)->is_out_of_memory);
}

TEST_F(keeper_test, arguments_arrive_as_they_are) {
  run(bystander({"print", "two words", "", "\"quoted\"", "back\\slash\\", "100%", "$HOME", "a\\\"b", "*",
                 "line\nend", "\xC3\xA4\xE2\x82\xAC"}));
  EXPECT_EQ(output(),
            "[two words]\n[]\n[\"quoted\"]\n[back\\slash\\]\n[100%]\n[$HOME]\n[a\\\"b]\n[*]\n[line\nend]\n"
            "[\xC3\xA4\xE2\x82\xAC]\n");
}

TEST_F(keeper_test, environment_and_folder_are_the_given_ones_and_output_is_appended) {
  launch_command c = bystander({"environment", "REEVE_TEST_VALUE"});
  run(c);
  c.env = {{"REEVE_TEST_VALUE", "a = b % $c \"d\" \xC3\xA4"}};
  run(c);
  c.env = {{"REEVE_TEST_VALUE", ""}};
  run(c);
  EXPECT_THAT(output(), StartsWith("(unset)\na = b % $c \"d\" \xC3\xA4\n"));
  c = bystander({"directory"});
  c.cwd = folder_.path().string();
  run(c);
  EXPECT_THAT(output(), HasSubstr(folder_.path().filename().string() + "\n"));
}

TEST_F(keeper_test, a_killed_one_is_told) {
  kept& k = start(bystander({"stay"}));
  ASSERT_TRUE(k.news.reaches(keep_phase::running));
  EXPECT_TRUE(k.hold->kill());
  const keeper_record r = k.news.last();
  EXPECT_EQ(r.phase, keep_phase::ended);
  EXPECT_TRUE(r.end.by_signal || r.end.code != 0);
}

TEST_F(keeper_test, what_is_wrong_is_said_with_its_name) {
  launch_command c = bystander({"exit", "0"});
  c.program = (folder_ / "nothing").string();
  EXPECT_THAT(run(c).failure, HasSubstr("program " + c.program));
  c = bystander({"exit", "0"});
  c.cwd = (folder_ / "nowhere").string();
  EXPECT_THAT(run(c).failure, HasSubstr("folder " + c.cwd));
  c = bystander({"exit", "0"});
  c.output.file = (folder_ / "nowhere" / "output").string();
  const keeper_record r = run(c);
  EXPECT_EQ(r.phase, keep_phase::failed);
  EXPECT_THAT(r.failure, HasSubstr("output " + c.output.file));
}

TEST_F(keeper_test, its_input_is_empty) {
  EXPECT_EQ(run(bystander({"wait"})).end, child_end{});
  EXPECT_EQ(output(), "ready\n");
}

TEST_F(keeper_test, output_may_be_thrown_away_or_go_where_the_agents_does) {
  launch_command c = bystander({"lines", "1000"});
  c.output.to = output_plan::target::nowhere;
  EXPECT_EQ(run(c).end, child_end{});
  c.output.to = output_plan::target::inherit;
  c.args = {"exit", "4"};
  EXPECT_EQ(run(c).end, (child_end{false, 4}));
  EXPECT_EQ(output(), "");
}

TEST_F(keeper_test, only_one_keeps_a_folder) {
  kept& first = start(bystander({"stay"}));
  ASSERT_TRUE(first.news.reaches(keep_phase::running));
  EXPECT_EQ(run(bystander({"stay"})).phase, keep_phase::taken);
  EXPECT_FALSE(is_last(first.news.all().back()));
}

TEST_F(keeper_test, the_next_host_adopts_what_runs_and_hears_of_its_end) {
  kept& first = start(bystander({"stay"}));
  ASSERT_TRUE(first.news.reaches(keep_phase::running));
  const keeper_record before = first.news.all().back();
  host_.reset();
  host_ = new_host();
  keeper_news news;
  const found_keeper found = host_->adopt(place().folder, news.listener());
  ASSERT_TRUE(found.alive);
  ASSERT_TRUE(found.record);
  EXPECT_EQ(found.record->program, before.program);
  EXPECT_EQ(found.record->incarnation, 1u);
  EXPECT_TRUE(found.alive->kill());
  EXPECT_EQ(news.last().phase, keep_phase::ended);
}

TEST_F(keeper_test, many_at_once_are_all_told_of_also_when_they_were_adopted) {
  constexpr int many = 20;
  const auto name = [](int i) { return cat("state ", i); };
  for (int i = 0; i < 2 * many; ++i) {
    launch_command c = bystander({"wait-for", (folder_ / (i < many ? "now" : "later")).string(), cat(i)});
    c.output.to = output_plan::target::nowhere;
    ASSERT_TRUE(start(c, name(i)).news.reaches(keep_phase::running)) << i;
  }
  test::write_file(folder_ / "now", "");
  for (int i = 0; i < many; ++i)
    EXPECT_EQ(all_[static_cast<std::size_t>(i)].news.last().end, (child_end{false, i}));
  host_ = new_host();
  std::vector<keeper_news> news(many);
  for (int i = 0; i < many; ++i)
    EXPECT_TRUE(
        host_->adopt(place(name(many + i)).folder, news[static_cast<std::size_t>(i)].listener()).alive)
        << i;
  test::write_file(folder_ / "later", "");
  for (int i = 0; i < many; ++i)
    EXPECT_EQ(news[static_cast<std::size_t>(i)].last().end, (child_end{false, many + i}));
}

TEST_F(keeper_test, an_end_while_no_host_is_there_is_found_with_its_exit_code) {
  kept& k = start(bystander({"wait-for", (folder_ / "go").string(), "5"}));
  ASSERT_TRUE(k.news.reaches(keep_phase::running));
  host_.reset();
  test::write_file(folder_ / "go", "");
  const auto has_ended = [&] {
    const auto r = written();
    return r && r->phase == keep_phase::ended;
  };
  ASSERT_TRUE(test::wait_until(has_ended, test::long_bound));
  host_ = new_host();
  keeper_news news;
  found_keeper found;
  // It lets go of the folder right after it has written.
  const auto is_free = [&] {
    found = host_->adopt(place().folder, news.listener());
    return !found.alive;
  };
  EXPECT_TRUE(test::wait_until(is_free, test::long_bound));
  ASSERT_TRUE(found.record);
  EXPECT_EQ(found.record->end, (child_end{false, 5}));
}

TEST_F(keeper_test, full_files_are_put_aside_and_no_line_is_lost_or_cut) {
  launch_command c = bystander({"lines", "20000"});
  c.output.max_size_bytes = 40'000;
  c.output.max_files = 100;
  run(c);
  std::string all;
  int files = 0;
  for (int n = 99; n >= 0; --n) {
    const auto file = n == 0 ? folder_ / "output" : folder_ / ("output." + std::to_string(n));
    if (!std::filesystem::exists(file)) continue;
    std::string text = test::read_file(file);
    EXPECT_LE(text.size(), 40'000u);
    EXPECT_TRUE(text.ends_with('\n'));
    std::erase(text, '\r');
    all += text;
    ++files;
  }
  std::string expected;
  for (int i = 0; i < 20000; ++i)
    expected += cat("line ", i, "\n");
  EXPECT_TRUE(all == expected) << all.size() << " bytes in " << files << " files, " << expected.size()
                               << " wanted";
  EXPECT_GT(files, 5);
}

TEST_F(keeper_test, no_more_files_are_kept_than_were_asked_for) {
  launch_command c = bystander({"lines", "20000"});
  c.output.max_size_bytes = 40'000;
  c.output.max_files = 2;
  run(c);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "output.2"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "output.3"));
  EXPECT_THAT(output(), HasSubstr("line 19999\n"));
}

TEST_F(keeper_test, a_full_file_is_begun_anew_where_none_is_to_be_kept) {
  launch_command c = bystander({"lines", "20000"});
  c.output.max_size_bytes = 40'000;
  run(c);
  EXPECT_LE(output().size(), 40'000u);
  EXPECT_THAT(output(), HasSubstr("line 19999\n"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 2)
      << "the output and the state";
}

} // namespace
} // namespace reeve::os
