// SPDX-License-Identifier: Apache-2.0
// Real processes that hold, lock and wait.
#include "reeve/os/file_lock_table.hpp"
#include "tests/support/file_holder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <unistd.h>

namespace reeve::os {
namespace {

using test::file_holder;
using test::long_bound;
using test::temp_dir;
using test::wait_until;

struct reading : file_lock_rows {
  explicit reading(file_lock_request request) {
    auto table = file_lock_table::create();
    if (!table) throw std::runtime_error(table.error().message);
    if (const auto done = (*table)->read(request, *this); !done)
      throw std::runtime_error(done.error().message);
  }
  explicit reading(const std::filesystem::path& path)
      : reading(file_lock_request{.paths = {path.string()}}) {}

  std::vector<std::int64_t> holders_of(const lock_row& row) const {
    std::vector<std::int64_t> out;
    for (std::uint32_t i = 0; i < row.holders; ++i) {
      EXPECT_NE(holders[row.first_holder + i].id.start, 0u);
      out.push_back(holders[row.first_holder + i].id.pid);
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  // Every process that stands before a waiting row.
  std::set<std::int64_t> blockers_of(const lock_row& row) const {
    std::set<std::int64_t> out;
    for (std::uint32_t i = 0; i < row.blockers; ++i)
      for (const std::int64_t pid : holders_of(locks[blockers[row.first_blocker + i]]))
        out.insert(pid);
    return out;
  }
  std::vector<const lock_row*> rows(bool waiting) const {
    std::vector<const lock_row*> out;
    for (const lock_row& row : locks)
      if (((row.flags & lock_row::waiting) != 0) == waiting) out.push_back(&row);
    return out;
  }
  std::multiset<std::int64_t> opened_by() const {
    std::multiset<std::int64_t> out;
    for (const file_opening& o : openings)
      out.insert(o.id.pid);
    return out;
  }
};

using pids = std::vector<std::int64_t>;

std::vector<std::int64_t> sorted(pids p) {
  std::sort(p.begin(), p.end());
  return p;
}

// Each on a file system of its own kind: the temporary folder's, and tmpfs.
class file_lock_table_live : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() == std::string("/dev/shm")) {
      shared_ = std::filesystem::path("/dev/shm") / ("reeve locks " + std::to_string(::getpid()));
      std::filesystem::create_directory(shared_);
    }
  }
  void TearDown() override {
    if (!shared_.empty()) std::filesystem::remove_all(shared_);
  }
  std::filesystem::path folder() const { return shared_.empty() ? own_.path() : shared_; }
  std::string file(const char* name = "a file") const { return (folder() / name).string(); }

 private:
  temp_dir own_;
  std::filesystem::path shared_;
};

INSTANTIATE_TEST_SUITE_P(on, file_lock_table_live, testing::Values("disk", "/dev/shm"),
                         [](const auto& p) { return std::string(p.param[0] == 'd' ? "disk" : "tmpfs"); });

TEST_P(file_lock_table_live, each_kind_has_its_holder_mode_and_range) {
  const file_holder posix({"open=" + file("p"), "posix=write,10,20"}),
      ofd({"open=" + file("o"), "ofd=read,5,0"}), flock({"open=" + file("f"), "flock=write"}),
      lease({"open=" + file("l"), "lease=write"});
  struct expected {
    const char* name;
    const file_holder& by;
    lock_kind kind;
    lock_mode mode;
    std::uint64_t start, end;
  };
  for (const expected& e : {expected{"p", posix, lock_kind::posix, lock_mode::write, 10, 29},
                            expected{"o", ofd, lock_kind::ofd, lock_mode::read, 5, lock_to_the_end},
                            expected{"f", flock, lock_kind::flock, lock_mode::write, 0, lock_to_the_end},
                            expected{"l", lease, lock_kind::lease, lock_mode::write, 0, lock_to_the_end}}) {
    SCOPED_TRACE(e.name);
    const reading r(file(e.name));
    ASSERT_EQ(r.files.size(), 1u);
    EXPECT_EQ(r.files[0].path, file(e.name));
    EXPECT_EQ(r.files[0].flags, 0u);
    EXPECT_THAT(r.files[0].asked_by, testing::ElementsAre(0u));
    ASSERT_EQ(r.locks.size(), 1u);
    const lock_row& row = r.locks[0];
    EXPECT_EQ(row.kind, e.kind);
    EXPECT_EQ(row.mode, e.mode);
    EXPECT_EQ(row.start, e.start);
    EXPECT_EQ(row.end, e.end);
    EXPECT_EQ(row.flags, 0);
    EXPECT_EQ(row.depth, 0u);
    EXPECT_EQ(r.holders_of(row), pids{e.by.pid()});
    EXPECT_GE(r.holders[row.first_holder].descriptor, 3);
    ASSERT_EQ(r.openings.size(), 1u);
    EXPECT_EQ(r.openings[0].id.pid, e.by.pid());
    EXPECT_EQ(r.openings[0].how, opening_kind::descriptor);
    EXPECT_EQ(r.openings[0].access, file_opening::reads | file_opening::writes);
  }
}

TEST_P(file_lock_table_live, openings_say_how_and_with_which_access) {
  test::write_file(file(), "text");
  const file_holder reads({"read=" + file()}), names({"path-only=" + file()}),
      maps({"open=" + file(), "map"}), sits({"cd=" + folder().string()});
  const reading plain{file_lock_request{.paths = {file()}}};
  EXPECT_EQ(plain.opened_by(), (std::multiset<std::int64_t>{reads.pid(), names.pid()}));
  for (const file_opening& o : plain.openings)
    EXPECT_EQ(o.access, o.id.pid == reads.pid() ? file_opening::reads : 0);
  const reading mapped{file_lock_request{.mappings = true, .paths = {file()}}};
  EXPECT_EQ(mapped.opened_by(), (std::multiset<std::int64_t>{reads.pid(), names.pid(), maps.pid()}));
  for (const file_opening& o : mapped.openings)
    if (o.id.pid == maps.pid()) {
      EXPECT_EQ(o.how, opening_kind::mapping);
      EXPECT_EQ(o.access, file_opening::reads | file_opening::writes);
    }
  // A folder stands for itself and what is below it.
  const reading below(folder());
  EXPECT_EQ(below.opened_by(), (std::multiset<std::int64_t>{reads.pid(), names.pid(), sits.pid()}));
  for (const file_opening& o : below.openings)
    EXPECT_EQ(o.how, o.id.pid == sits.pid() ? opening_kind::working_directory : opening_kind::descriptor);
}

TEST_P(file_lock_table_live, a_program_is_held_by_who_runs_it) {
  const file_holder runs({"cd=/"});
  const reading r(std::filesystem::path(REEVE_TEST_PROGRAMS) / "file_holder");
  ASSERT_GE(r.openings.size(), 1u);
  EXPECT_TRUE(r.opened_by().contains(runs.pid()));
  for (const file_opening& o : r.openings)
    EXPECT_EQ(o.how, opening_kind::executable);
}

TEST_P(file_lock_table_live, a_waiter_waits_for_all_who_conflict) {
  const file_holder one({"open=" + file(), "flock=read"}), two({"open=" + file(), "flock=read"});
  const file_holder waits({"open=" + file(), "flock-wait=write"}, "waiting");
  std::optional<reading> r;
  ASSERT_TRUE(wait_until([&] { return r.emplace(file()).rows(true).size() == 1; }, long_bound));
  EXPECT_EQ(r->rows(false).size(), 2u);
  const lock_row& waiting = *r->rows(true)[0];
  EXPECT_EQ(r->holders_of(waiting), pids{waits.pid()});
  EXPECT_EQ(r->blockers_of(waiting), (std::set<std::int64_t>{one.pid(), two.pid()}));
  EXPECT_EQ(waiting.depth, 1u);
  EXPECT_FALSE(waiting.flags & lock_row::in_cycle);
  // Equal locks of different open files are told apart.
  for (const lock_row* held : r->rows(false))
    EXPECT_EQ(held->holders, 1u);
}

TEST_P(file_lock_table_live, record_locks_of_both_sorts_exclude_each_other) {
  const file_holder posix({"open=" + file(), "posix=write,0,10"}), ofd({"open=" + file(), "ofd=write,10,10"}),
      aside({"open=" + file(), "posix=write,100,1"}), flock({"open=" + file(), "flock=write"});
  const file_holder waits({"open=" + file(), "posix-wait=read,5,10"}, "waiting");
  std::optional<reading> r;
  ASSERT_TRUE(wait_until([&] { return r.emplace(file()).rows(true).size() == 1; }, long_bound));
  const lock_row& waiting = *r->rows(true)[0];
  EXPECT_EQ(waiting.start, 5u);
  EXPECT_EQ(waiting.end, 14u);
  EXPECT_EQ(r->blockers_of(waiting), (std::set<std::int64_t>{posix.pid(), ofd.pid()}));
}

TEST_P(file_lock_table_live, who_waits_for_an_ofd_lock_is_found_though_the_kernel_does_not_say) {
  const file_holder holds({"open=" + file(), "ofd=write,0,0"}), idle({"open=" + file()});
  const file_holder waits({"open=" + file(), "ofd-wait=write,0,5"}, "waiting");
  std::optional<reading> r;
  ASSERT_TRUE(wait_until(
      [&] {
        r.emplace(file());
        return r->rows(true).size() == 1 && r->rows(true)[0]->holders != 0;
      },
      long_bound));
  EXPECT_EQ(r->rows(true)[0]->taker, -1);
  EXPECT_EQ(r->holders_of(*r->rows(true)[0]), pids{waits.pid()});
  EXPECT_EQ(r->blockers_of(*r->rows(true)[0]), std::set<std::int64_t>{holds.pid()});
}

TEST_P(file_lock_table_live, heirs_share_a_lock_and_keep_it_when_its_taker_is_gone) {
  for (const char* kind : {"flock=write", "ofd=write,0,0"}) {
    SCOPED_TRACE(kind);
    file_holder shared({"open=" + file(), kind, "heir"});
    const reading both(file());
    ASSERT_EQ(both.locks.size(), 1u);
    EXPECT_EQ(both.holders_of(both.locks[0]), sorted({shared.pid(), shared.heir()}));
    shared.close();
    ASSERT_TRUE(shared.wait_for_end());
    ASSERT_TRUE(wait_until([&] { return reading(file()).locks.empty(); }, long_bound));

    file_holder left({"open=" + file(), kind, "heir", "end"}, "heir");
    ASSERT_TRUE(left.wait_for_end());
    const reading heirs(file());
    ASSERT_EQ(heirs.locks.size(), 1u);
    EXPECT_EQ(heirs.holders_of(heirs.locks[0]), pids{left.heir()});
    EXPECT_EQ(heirs.locks[0].unresolved, unresolved_reason::none);
    left.close();
    ASSERT_TRUE(wait_until([&] { return reading(file()).locks.empty(); }, long_bound));
  }
}

TEST_P(file_lock_table_live, a_deleted_file_is_found_by_its_last_name) {
  const file_holder gone({"open=" + file(), "posix=write,0,1", "delete=" + file()});
  for (const std::string& path : {file(), folder().string(), (folder() / "a*").string()}) {
    SCOPED_TRACE(path);
    const reading r{std::filesystem::path(path)};
    EXPECT_TRUE(r.problems.empty()) << r.problems[0].why.message;
    ASSERT_EQ(r.locks.size(), 1u);
    const locked_file& f = r.files[r.locks[0].file];
    EXPECT_EQ(f.path, file());
    EXPECT_EQ(f.flags, locked_file::deleted);
    EXPECT_EQ(r.opened_by(), std::multiset<std::int64_t>{gone.pid()});
  }
  // A new file of that name is another file; both are shown.
  const file_holder again({"open=" + file()});
  const reading r(file());
  EXPECT_EQ(r.files.size(), 2u);
  EXPECT_EQ(r.opened_by(), (std::multiset<std::int64_t>{gone.pid(), again.pid()}));
}

TEST_P(file_lock_table_live, a_file_that_is_not_there_is_a_problem_and_others_are_answered) {
  const file_holder holds({"open=" + file()});
  const reading r{file_lock_request{.paths = {file("none"), file()}}};
  ASSERT_EQ(r.problems.size(), 1u);
  EXPECT_EQ(r.problems[0].asked, 0u);
  EXPECT_EQ(r.problems[0].why.code, errc::not_found);
  EXPECT_EQ(r.opened_by(), std::multiset<std::int64_t>{holds.pid()});
}

TEST_P(file_lock_table_live, links_and_second_names_lead_to_the_same_file) {
  const file_holder holds({"open=" + file(), "flock=write"});
  std::filesystem::create_symlink(file(), folder() / "link");
  std::filesystem::create_hard_link(file(), folder() / "second");
  for (const char* name : {"link", "second"}) {
    const reading r(folder() / name);
    ASSERT_EQ(r.locks.size(), 1u) << name;
    EXPECT_EQ(r.holders_of(r.locks[0]), pids{holds.pid()});
  }
}

TEST_P(file_lock_table_live, a_chain_is_as_long_as_its_links) {
  // one <- two <- three over two files.
  const file_holder one({"open=" + file("a"), "flock=write"});
  const file_holder two({"open=" + file("b"), "flock=write", "open=" + file("a"), "flock-wait=write"},
                        "waiting");
  const file_holder three({"open=" + file("b"), "flock-wait=write"}, "waiting");
  std::optional<reading> r;
  ASSERT_TRUE(wait_until([&] { return r.emplace(file("b")).rows(true).size() == 1; }, long_bound));
  EXPECT_TRUE(wait_until([&] { return r.emplace(file("b")).rows(true)[0]->depth == 2; }, long_bound));
  EXPECT_EQ(r->holders_of(*r->rows(true)[0]), pids{three.pid()});
  EXPECT_EQ(r->blockers_of(*r->rows(true)[0]), std::set<std::int64_t>{two.pid()});
  EXPECT_FALSE(r->rows(true)[0]->flags & lock_row::in_cycle);
}

TEST_P(file_lock_table_live, two_that_wait_for_each_other_are_a_cycle) {
  test::write_file(file("go"), "");
  // Each takes its own first; the second step of both is held up by the other's first.
  file_holder gate({"open=" + file("go"), "posix=write,0,0"});
  const file_holder left({"open=" + file("a"), "flock=write", "open=" + file("go"), "posix-wait=read,0,0",
                          "open=" + file("b"), "flock-wait=write"},
                         "waiting");
  const file_holder right({"open=" + file("b"), "flock=write", "open=" + file("a"), "flock-wait=write"},
                          "waiting");
  ASSERT_TRUE(wait_until([&] { return reading(file("a")).rows(true).size() == 1; }, long_bound));
  EXPECT_FALSE(reading(file("a")).rows(true)[0]->flags & lock_row::in_cycle);
  gate.close();
  ASSERT_TRUE(wait_until([&] { return reading(file("b")).rows(true).size() == 1; }, long_bound));
  for (const char* name : {"a", "b"}) {
    const reading r(file(name));
    ASSERT_EQ(r.rows(true).size(), 1u);
    EXPECT_TRUE(r.rows(true)[0]->flags & lock_row::in_cycle) << name;
  }
}

TEST_P(file_lock_table_live, all_locks_have_their_paths_without_being_asked_for) {
  const file_holder posix({"open=" + file("p"), "posix=write,0,0"}),
      flock({"open=" + file("f"), "flock=read"});
  const reading r{file_lock_request{.all = true}};
  EXPECT_TRUE(r.openings.empty());
  EXPECT_EQ(r.unreadable_lines, 0u);
  std::multiset<std::string> paths;
  for (const lock_row& l : r.locks)
    paths.insert(r.files[l.file].path);
  EXPECT_EQ(paths.count(file("p")), 1u);
  EXPECT_EQ(paths.count(file("f")), 1u);
}

} // namespace
} // namespace reeve::os
