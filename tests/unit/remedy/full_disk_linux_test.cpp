// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"

#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reeve::remedy {
namespace {

using testing::Contains;
using testing::ElementsAre;

// Files of this process do not grow beyond so many bytes, as if the disk were full (setrlimit(2)).
class full_disk {
 public:
  explicit full_disk(std::uint64_t most_bytes) : former_signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &former_);
    rlimit now = former_;
    now.rlim_cur = most_bytes;
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~full_disk() {
    setrlimit(RLIMIT_FSIZE, &former_);
    std::signal(SIGXFSZ, former_signal_);
  }
  full_disk(const full_disk&) = delete;
  full_disk& operator=(const full_disk&) = delete;

 private:
  rlimit former_{};
  void (*former_signal_)(int);
};

// As with too many open files (getrlimit(2), RLIMIT_NOFILE).
TEST(audit_log, that_cannot_begin_a_new_file_goes_on_with_the_one_it_has) {
  const audit_folder f;
  const auto log = f.open(1000, 3).value();
  for (int i = 0; i < 30; ++i)
    log->append(entry_of(audit_event::refused)).value();
  ASSERT_EQ(audit_files(f.path()).size(), 4u);
  rlimit former{};
  getrlimit(RLIMIT_NOFILE, &former);
  rlimit now = former;
  now.rlim_cur = 0;
  setrlimit(RLIMIT_NOFILE, &now);
  for (int i = 0; i < 30; ++i)
    EXPECT_TRUE(log->append(entry_of(audit_event::refused)));
  setrlimit(RLIMIT_NOFILE, &former);
  EXPECT_EQ(audit_files(f.path()).size(), 3u) << "the oldest makes room, the others stay";
  log->append(entry_of(audit_event::refused)).value();
  EXPECT_EQ(audit_files(f.path()).size(), 4u);
  const auto verified = verify_audit(f.path()).value();
  EXPECT_FALSE(verified.problem) << verified.problem->what;
  EXPECT_GT(verified.entries, 30u);
}

TEST(audit_log, a_line_whose_end_a_full_disk_held_up_is_whole) {
  const audit_folder f;
  const auto log = f.open().value();
  log->append(entry_of(audit_event::refused)).value();
  log->append(entry_of(audit_event::refused)).value();
  const std::size_t line_bytes = f.lines().back().size();
  {
    const full_disk full(f.text().size() + line_bytes);
    EXPECT_EQ(log->append(entry_of(audit_event::refused)).value(), 3u);
    EXPECT_FALSE(log->append(entry_of(audit_event::refused)));
  }
  EXPECT_EQ(log->append(entry_of(audit_event::refused)).value(), 4u);
  const auto verified = verify_audit(f.path()).value();
  EXPECT_FALSE(verified.problem) << verified.problem->what;
  EXPECT_EQ(verified.entries, 4u);
  EXPECT_EQ(verified.recorded, 0u);
}

// A pipe takes lines, and cannot be flushed (fsync(2): EINVAL).
TEST(audit_log, an_action_whose_entry_is_perhaps_not_on_the_disk_is_closed) {
  const audit_folder f;
  ASSERT_EQ(::mkfifo(f.path().c_str(), 0600), 0);
  const int pipe = ::open(f.path().c_str(), O_RDWR | O_NONBLOCK);
  ASSERT_GE(pipe, 0);
  const auto log = f.open().value();
  EXPECT_FALSE(log->append(entry_of(audit_event::action_begins), durability::on_disk));
  EXPECT_EQ(log->append(entry_of(audit_event::refused)).value(), 3u);
  std::string text(10'000, ' ');
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(::read(pipe, text.data(), text.size()), 0)));
  ::close(pipe);
  const audit_folder copy;
  copy.set_text(text);
  const auto read = read_audit(copy.path(), {}).value();
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[1].event, audit_event::closed_unknown);
  EXPECT_EQ(read[1].action_id, 1u);
  EXPECT_EQ(read[1].action, "restart");
  EXPECT_EQ(verify_audit(copy.path())->not_ended, 0u);
}

// /dev/full takes no byte, as a full disk does (full(4)).
TEST_F(engine_test, on_a_full_disk_nothing_is_done_and_nothing_crashes) {
  const auto full = audit_log::open({"/dev/full"}, folder.time);
  ASSERT_TRUE(full);
  e->use_audit_log(full->get());
  rule("leak", {step("restart", "process:web")});
  fire("leak");
  pass(1min);
  EXPECT_TRUE(machine.begun.empty());
  EXPECT_EQ(refused(guard::audit, "leak"), 1u);
  EXPECT_EQ(told(remedy_event::kind::audit_failed), 1u);
  EXPECT_GT((*full)->write_failures_total(), 0u);
}

TEST_F(engine_test, what_a_full_disk_has_held_up_is_done_when_there_is_room) {
  rule("leak", {step("restart", "process:web")}, no_cooldown);
  fire("leak");
  resolve("leak");
  ASSERT_THAT(actions(), ElementsAre("restart web"));
  bool was_failing = false;
  std::size_t begun_meanwhile = 0;
  {
    const full_disk full(folder.text().size() + 50); // a part of a line fits
    fire("leak");
    pass(1min);
    was_failing = e->is_audit_failing();
    begun_meanwhile = machine.begun.size();
  }
  EXPECT_TRUE(was_failing);
  EXPECT_EQ(begun_meanwhile, 1u);
  EXPECT_EQ(refused(guard::audit, "leak"), 1u);
  EXPECT_EQ(told(remedy_event::kind::audit_failed), 1u);
  EXPECT_EQ(told(remedy_event::kind::audit_restored), 0u);
  pass(11s);
  EXPECT_THAT(actions(), ElementsAre("restart web", "restart web"));
  EXPECT_FALSE(e->is_audit_failing());
  EXPECT_EQ(told(remedy_event::kind::audit_restored), 1u);
  EXPECT_THAT(audited(), Contains("torn_line"));
  EXPECT_THAT(audited(), Contains("entries_lost"));
  const auto verified = verify_audit(folder.path()).value();
  EXPECT_FALSE(verified.problem) << verified.problem->what;
  EXPECT_EQ(verified.actions, 2u);
  EXPECT_EQ(verified.not_ended, 0u);
}

TEST_F(engine_test, room_is_noticed_without_anything_to_be_written) {
  {
    const full_disk full(1);
    rule("leak", {step("restart", "process:web")});
    fire("leak");
    resolve("leak");
  }
  EXPECT_TRUE(e->is_audit_failing());
  pass(engine::ask_again);
  EXPECT_FALSE(e->is_audit_failing());
  EXPECT_EQ(told(remedy_event::kind::audit_restored), 1u);
  EXPECT_THAT(audited(), ElementsAre("torn_line", "entries_lost"));
  EXPECT_EQ(e->next_wake(), std::nullopt);
}

TEST_F(engine_test, on_a_full_disk_it_is_done_where_the_configuration_says_so) {
  settings.remedy.on_audit_failure = "act";
  rule("leak", {step("restart", "process:web")});
  {
    const full_disk full(1);
    fire("leak");
  }
  EXPECT_THAT(actions(), ElementsAre("restart web"));
  EXPECT_EQ(told(remedy_event::kind::audit_failed), 1u);
}

} // namespace
} // namespace reeve::remedy
