// SPDX-License-Identifier: Apache-2.0
// A real keeper host over real programs, and what it tells.
#pragma once

#include "reeve/os/keeper.hpp"

#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/under_wine.hpp"
#include "tests/support/wait_until.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace reeve::os {

inline bool is_last(const keeper_record& r) {
  return r.phase != keep_phase::starting && r.phase != keep_phase::running;
}

// What was told of one keeper; shared with the host's thread.
class keeper_news {
 public:
  keeper_host::on_news listener() {
    return [state = state_](const keeper_record& r) {
      const std::scoped_lock lock(state->mutex);
      state->records.push_back(r);
    };
  }
  std::vector<keeper_record> all() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->records;
  }
  bool has(keep_phase phase) const {
    const auto records = all();
    return std::any_of(records.begin(), records.end(), [&](const auto& r) { return r.phase == phase; });
  }
  bool reaches(keep_phase phase) const {
    return test::wait_until([&] { return has(phase); }, test::long_bound);
  }
  // Waits until it runs or has failed.
  bool is_refused(const std::string& why) const {
    test::wait_until([&] { return has(keep_phase::running) || (!all().empty() && is_last(all().back())); },
                     test::long_bound);
    return !all().empty() && all().back().failure.find(why) != std::string::npos;
  }
  keeper_record last() const {
    const bool over =
        test::wait_until([&] { return !all().empty() && is_last(all().back()); }, test::long_bound);
    EXPECT_TRUE(over) << "its end was not told";
    return over ? all().back() : keeper_record{};
  }

 private:
  struct shared {
    std::mutex mutex;
    std::vector<keeper_record> records;
  };
  std::shared_ptr<shared> state_ = std::make_shared<shared>();
};

class keeper_rig : public testing::Test {
 protected:
  struct kept {
    std::unique_ptr<keeper> hold;
    keeper_news news;
  };

  keeper_rig() { host_ = new_host(); }
  ~keeper_rig() override {
    for (const kept& k : all_)
      if (k.hold) (void)k.hold->kill();
  }

  std::string instance() const { return folder_.path().filename().string().substr(0, 32); }
  std::unique_ptr<keeper_host> new_host() const {
    const auto program = std::filesystem::path(REEVE_BIN_DIR) / test::executable_name("reeve-keeper");
    auto made = keeper_host::create(program.string(), instance());
    EXPECT_TRUE(made) << made.error().message;
    return made ? *std::move(made) : nullptr;
  }

  static std::string program(const char* name) {
    return (std::filesystem::path(REEVE_TEST_PROGRAMS) / test::executable_name(name)).string();
  }
  launch_command command(const std::string& of, std::vector<std::string> args) const {
    launch_command c;
    c.program = of;
    c.args = std::move(args);
    c.output.to = output_plan::target::file;
    c.output.file = (folder_ / "output").string();
    return c;
  }
  launch_command bystander(std::vector<std::string> args) const {
    return command(program("bystander"), std::move(args));
  }

  keep_place place(const std::string& name = "state") const {
    return {(folder_ / name).string(), "test", incarnation_, "print"};
  }

  // In a folder of its own, which is made when it is not there.
  kept& start(const launch_command& c, const std::string& name = "state") {
    std::filesystem::create_directory(folder_ / name);
    ++incarnation_;
    kept& k = all_.emplace_back();
    launch(k, c, name);
    // Wine 8.0 refuses one start in thousands, while others start and end beside it.
    if (test::under_wine() && (!k.hold || k.news.is_refused("Internal error"))) launch(k, c, name);
    EXPECT_TRUE(k.hold);
    return k;
  }
  keeper_record run(const launch_command& c) { return start(c).news.last(); }

  // What stands in the folder. Nothing while it is being replaced, when Windows lets a stream not read it.
  std::optional<keeper_record> written() const {
    std::ifstream file(folder_ / "state" / "record", std::ios::binary);
    const auto read = record_from_text(std::string(std::istreambuf_iterator<char>(file), {}));
    return read ? std::optional<keeper_record>(*read) : std::nullopt;
  }

  bool says(const std::string& text) const {
    return test::wait_until([&] { return output().find(text) != std::string::npos; }, test::long_bound);
  }
  // Without carriage returns, which text files of Windows have.
  std::string output() const {
    if (!std::filesystem::exists(folder_ / "output")) return {};
    std::string text = test::read_file(folder_ / "output");
    std::erase(text, '\r');
    return text;
  }

  test::temp_dir folder_;
  std::uint64_t incarnation_ = 0;
  std::unique_ptr<keeper_host> host_;
  std::vector<kept> all_ = make_room(); // references into it stay good

 private:
  void launch(kept& k, const launch_command& c, const std::string& name) {
    k.news = keeper_news();
    auto made = host_->launch(place(name), c, k.news.listener());
    if (made)
      k.hold = *std::move(made);
    else
      std::cerr << made.error().message << '\n';
  }

  static std::vector<kept> make_room() {
    std::vector<kept> out;
    out.reserve(64);
    return out;
  }
};

} // namespace reeve::os
