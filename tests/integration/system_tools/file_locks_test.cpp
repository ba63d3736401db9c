// SPDX-License-Identifier: Apache-2.0
// The file lock table beside lslocks and lsof, over files that processes of this test hold and lock in every way: the
// same locks and openings, none missing, none too many; and where the tools are known to say less, what Reeve says.
#include "run_tool.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/file_lock_table.hpp"
#include "tests/support/file_holder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace reeve::test {
namespace {

using os::file_opening;
using os::lock_row;

// A lock as lslocks prints it: "FLOCK WRITE* 0 0 inode 11 pid 4711".
using texts = std::multiset<std::string>;

class beside_tools : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() != std::string("tmpfs")) return;
    shared_ = std::filesystem::path("/dev/shm") / cat("reeve tools ", ::getpid());
    std::filesystem::create_directory(shared_);
  }
  void TearDown() override {
    if (!shared_.empty()) std::filesystem::remove_all(shared_);
  }

  // Made and remembered, so that it is found in what the tools say after its name is gone, too.
  std::string file(const std::string& name) {
    const std::string path = ((shared_.empty() ? own_.path() : shared_) / name).string();
    if (inodes_.contains(path)) return path;
    write_file(path, "0123456789");
    struct stat s {};
    if (::stat(path.c_str(), &s) != 0) throw std::runtime_error(path);
    inodes_[path] = s.st_ino;
    return path;
  }
  bool is_ours(std::uint64_t inode) const {
    return std::any_of(inodes_.begin(), inodes_.end(), [&](const auto& one) { return one.second == inode; });
  }

  texts locks_by_lslocks() const {
    texts out;
    std::istringstream lines(
        run_tool("lslocks --raw --noheadings --notruncate --bytes -o PID,TYPE,MODE,START,END,INODE"));
    std::string pid, type, mode, start, end, inode;
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      if (!(words >> pid >> type >> mode >> start >> end >> inode) ||
          !is_ours(std::strtoull(inode.c_str(), nullptr, 10)))
        continue;
      out.insert(cat(type, " ", mode, " ", start, " ", end, " inode ", inode, " pid ", pid));
    }
    return out;
  }

  static std::string as_lslocks(const os::file_lock_rows& table, const lock_row& row) {
    static const std::map<os::lock_kind, const char*> types = {{os::lock_kind::posix, "POSIX"},
                                                               {os::lock_kind::ofd, "OFDLCK"},
                                                               {os::lock_kind::flock, "FLOCK"},
                                                               {os::lock_kind::lease, "LEASE"}};
    return cat(types.at(row.kind), " ", row.mode == os::lock_mode::read ? "READ" : "WRITE",
               row.flags & lock_row::waiting ? "*" : "", " ", row.start, " ",
               row.end == os::lock_to_the_end ? 0 : row.end, " inode ", table.files[row.file].inode, " pid ",
               row.taker);
  }

  os::file_lock_rows read(os::file_lock_request request) {
    os::file_lock_rows out;
    const auto done = table_->read(request, out);
    if (!done) throw std::runtime_error(done.error().message);
    return out;
  }
  os::file_lock_rows all_locks() { return read({.all = true}); }

  texts locks_by_reeve(const os::file_lock_rows& table) const {
    texts out;
    for (const lock_row& row : table.locks)
      if (is_ours(table.files[row.file].inode)) out.insert(as_lslocks(table, row));
    return out;
  }
  static std::set<std::int64_t> holders(const os::file_lock_rows& table, const lock_row& row) {
    std::set<std::int64_t> out;
    for (std::uint32_t i = 0; i < row.holders; ++i)
      out.insert(table.holders[row.first_holder + i].id.pid);
    return out;
  }
  // Of the one lock of the kind on the file.
  std::set<std::int64_t> holders_of(const os::file_lock_rows& table, const std::string& path,
                                    bool waiting = false) {
    for (const lock_row& row : table.locks)
      if (table.files[row.file].inode == inodes_.at(path) &&
          ((row.flags & lock_row::waiting) != 0) == waiting)
        return holders(table, row);
    return {};
  }

  // "4711 fd 3 u inode 11", "4711 mem inode 12"
  texts openings_by_lsof() const {
    texts out;
    std::string paths;
    for (const auto& [path, inode] : inodes_)
      paths += cat(" '", path, "'");
    std::istringstream lines(run_tool("lsof -nPw -F pfai" + paths));
    std::string pid, fd, access;
    for (std::string line; std::getline(lines, line);) {
      const std::string value = line.substr(std::min<std::size_t>(1, line.size()));
      if (line[0] == 'p') pid = value;
      if (line[0] == 'f') {
        fd = value;
        access.clear();
      }
      if (line[0] == 'a') access = value;
      if (line[0] == 'i')
        out.insert(std::isdigit(static_cast<unsigned char>(fd[0]))
                       ? cat(pid, " fd ", fd, " ", access, " inode ", value)
                       : cat(pid, " ", fd, " inode ", value));
    }
    return out;
  }

  texts openings_by_reeve() {
    os::file_lock_request request{.mappings = true};
    for (const auto& [path, inode] : inodes_)
      request.paths.push_back(path);
    const os::file_lock_rows table = read(request);
    texts out;
    for (const file_opening& o : table.openings) {
      const std::uint64_t inode = table.files[o.file].inode;
      const char* access = o.access == file_opening::reads    ? "r"
                           : o.access == file_opening::writes ? "w"
                                                              : "u";
      switch (o.how) {
      case os::opening_kind::descriptor:
        out.insert(cat(o.id.pid, " fd ", o.descriptor, " ", access, " inode ", inode));
        break;
      case os::opening_kind::mapping:
        out.insert(cat(o.id.pid, " mem inode ", inode));
        break;
      case os::opening_kind::working_directory:
        out.insert(cat(o.id.pid, " cwd inode ", inode));
        break;
      default:
        out.insert(cat(o.id.pid, " ", name_of(o.how), " inode ", inode));
      }
    }
    return out;
  }

  std::unique_ptr<os::file_lock_table> table_ = *os::file_lock_table::create();
  std::map<std::string, std::uint64_t> inodes_;

 private:
  temp_dir own_;
  std::filesystem::path shared_;
};

INSTANTIATE_TEST_SUITE_P(on, beside_tools, testing::Values("disk", "tmpfs"),
                         [](const auto& p) { return std::string(p.param); });

TEST_P(beside_tools, lslocks_lists_the_same_locks) {
  const file_holder posix(
      {"open=" + file("p"), "posix=write,10,5", "posix=read,100,0", "open=" + file("p2"), "posix=read,3,1"}),
      flock({"open=" + file("f"), "flock=read"}), flock_too({"open=" + file("f"), "flock=read"}),
      ofd({"open=" + file("o"), "ofd=write,0,8"}), lease({"open=" + file("l"), "lease=write"});
  const file_holder posix_waits({"open=" + file("p"), "posix-wait=write,12,1"}, "waiting"),
      flock_waits({"open=" + file("f"), "flock-wait=write"}, "waiting"),
      posix_waits_for_ofd({"open=" + file("o"), "posix-wait=read,0,0"}, "waiting");
  ASSERT_TRUE(wait_until([&] { return locks_by_reeve(all_locks()).size() == 10; }, long_bound))
      << testing::PrintToString(locks_by_reeve(all_locks()));
  EXPECT_EQ(locks_by_reeve(all_locks()), locks_by_lslocks());
}

TEST_P(beside_tools, lslocks_lists_the_same_locks_of_deleted_files) {
  const file_holder posix({"open=" + file("p"), "posix=write,10,5", "delete=" + file("p")}),
      flock({"open=" + file("f"), "flock=write", "delete=" + file("f")});
  const auto table = all_locks();
  EXPECT_EQ(locks_by_reeve(table).size(), 2u);
  EXPECT_EQ(locks_by_reeve(table), locks_by_lslocks());
  EXPECT_EQ(holders_of(table, file("p")), std::set<std::int64_t>{posix.pid()});
  EXPECT_EQ(holders_of(table, file("f")), std::set<std::int64_t>{flock.pid()});
}

TEST_P(beside_tools, lsof_lists_the_same_openings) {
  const std::string name = file("a");
  const file_holder both({"open=" + name, "read=" + name}), mapped({"open=" + name, "map"}),
      locks({"open=" + name, "flock=write", "heir"}), other({"open=" + file("b")}), none({"cd=/"});
  const texts lsof = openings_by_lsof();
  EXPECT_EQ(openings_by_reeve(), lsof);
  EXPECT_EQ(lsof.size(), 6u) << testing::PrintToString(lsof);
}

// What lslocks is known to leave out (util-linux 2.38), so that a change of either side shows.

TEST_P(beside_tools, ofd_locks_have_a_holder_where_lslocks_names_none) {
  const file_holder holds({"open=" + file("o"), "ofd=write,0,0"});
  const file_holder waits({"open=" + file("o"), "ofd-wait=write,0,0"}, "waiting");
  ASSERT_TRUE(wait_until([&] { return locks_by_reeve(all_locks()).size() == 2; }, long_bound));
  const auto table = all_locks();
  for (const std::string& line : locks_by_lslocks())
    EXPECT_TRUE(line.ends_with("pid -1")) << line;
  EXPECT_EQ(locks_by_reeve(table), locks_by_lslocks());
  EXPECT_EQ(holders_of(table, file("o")), std::set<std::int64_t>{holds.pid()});
  EXPECT_EQ(holders_of(table, file("o"), true), std::set<std::int64_t>{waits.pid()});
}

TEST_P(beside_tools, heirs_hold_a_lock_where_lslocks_names_its_taker_alone) {
  const file_holder shared({"open=" + file("s"), "flock=write", "heir"});
  file_holder left({"open=" + file("f"), "flock=write", "heir", "end"}, "heir");
  ASSERT_TRUE(left.wait_for_end());
  const auto table = all_locks();
  EXPECT_EQ(locks_by_reeve(table), locks_by_lslocks());
  EXPECT_EQ(holders_of(table, file("s")), (std::set<std::int64_t>{shared.pid(), shared.heir()}));
  EXPECT_EQ(holders_of(table, file("f")), std::set<std::int64_t>{left.heir()});
}

TEST_P(beside_tools, a_waiter_has_all_its_blockers_where_lslocks_has_one) {
  const file_holder one({"open=" + file("f"), "flock=read"}), two({"open=" + file("f"), "flock=read"});
  const file_holder waits({"open=" + file("f"), "flock-wait=write"}, "waiting");
  ASSERT_TRUE(wait_until([&] { return locks_by_reeve(all_locks()).size() == 3; }, long_bound));
  const auto table = all_locks();
  EXPECT_EQ(locks_by_reeve(table), locks_by_lslocks());
  std::istringstream lines(run_tool("lslocks --raw --noheadings -o PID,BLOCKER"));
  std::set<std::int64_t> by_lslocks;
  std::int64_t pid = 0, blocker = 0;
  for (std::string line; std::getline(lines, line);)
    if (std::istringstream(line) >> pid >> blocker && pid == waits.pid()) by_lslocks.insert(blocker);
  EXPECT_EQ(by_lslocks.size(), 1u);
  for (const lock_row& row : table.locks)
    if ((row.flags & lock_row::waiting) && is_ours(table.files[row.file].inode)) {
      EXPECT_EQ(row.blockers, 2u);
    }
}

} // namespace
} // namespace reeve::test
