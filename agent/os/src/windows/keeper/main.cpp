// SPDX-License-Identifier: Apache-2.0
// The keeper of one program on Windows; see reeve/os/keeper.hpp. Started without a window: it has a console of its own,
// which its program shares. Standard handles: input a section with the order, output a pipe to the agent, error the
// agent's own.
#include "keeper/kept_record.hpp"
#include "keeper/launch_order.hpp"
#include "keeper/rotating_file.hpp"
#include "windows/error.hpp"
#include "windows/inherited_handles.hpp"
#include "windows/keeper/commands.hpp"
#include "windows/keeper/program_job.hpp"
#include "windows/keeper/record_keeping.hpp"
#include "windows/keeper/start_program.hpp"
#include "windows/overlapped_pipe.hpp"
#include "windows/process_identity.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace reeve::os {
namespace {

constexpr DWORD pipe_bytes = 64 * 1024;

class kept_program {
 public:
  kept_program(launch_order order, unique_handle agent)
      : order_(std::move(order)), agent_(std::move(agent)),
        record_(order_.place, identity_of(GetCurrentProcess())) {}

  int run() {
    std::string why;
    if (!files_.open(order_.place.folder, record_.keeper(), why)) {
      record_.refused(std::move(why));
      tell_only();
      return 1;
    }
    const result<> heard = listen();
    files_.write(record_.text(), agent_.get());
    if (auto begun = heard ? begin() : heard; !begun) {
      record_.failed(begun.error().message, file_.lost_bytes());
      close();
      return 1;
    }
    record_.started(identity_of(program_.get()));
    files_.write(record_.text(), agent_.get());
    while (program_)
      wait();
    end_the_rest();
    record_.finished(file_.lost_bytes());
    close();
    return 0;
  }

 private:
  void tell_only() {
    const std::string news = record_.news();
    DWORD written = 0;
    WriteFile(agent_.get(), news.data(), static_cast<DWORD>(news.size()), &written, nullptr);
  }

  result<> listen() {
    // The agent that started this keeper has made them, unless it is gone by now.
    if (!make_command_events(record_.keeper(), nullptr, false, commands_))
      return windows_error(GetLastError(), "events of the keeper");
    return {};
  }

  result<> begin() {
    if (auto made = job_.make(job_name(record_.keeper()), order_.command.limits); !made) return made;
    unique_handle to_program;
    if (auto opened = open_output(to_program); !opened) return opened;
    auto started = start_program(order_, to_program.get(), job_.get());
    if (!started) return started.error();
    program_ = *std::move(started);
    read_on();
    return {};
  }

  result<> open_output(unique_handle& to_program) {
    using target = output_plan::target;
    const output_plan& plan = order_.command.output;
    if (plan.to == target::file) {
      if (auto opened = file_.open(plan); !opened) return opened;
      auto ends = make_overlapped_pipe(pipe_bytes);
      if (!ends) return ends.error();
      output_.emplace(std::move(ends->ours), pipe_bytes);
      to_program = std::move(ends->theirs);
      return {};
    }
    if (plan.to == target::inherit) {
      HANDLE copy = nullptr;
      DuplicateHandle(GetCurrentProcess(), GetStdHandle(STD_ERROR_HANDLE), GetCurrentProcess(), &copy, 0,
                      TRUE, DUPLICATE_SAME_ACCESS);
      to_program = unique_handle(copy);
    } else {
      SECURITY_ATTRIBUTES inherit = inheritable();
      to_program = unique_handle(CreateFileW(L"NUL", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                             &inherit, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
    }
    return to_program ? result<>() : windows_error(GetLastError(), "no output");
  }

  void wait() {
    // Of several that are set the first one is told, so the output comes last.
    std::array<HANDLE, keeper_commands + 2> all{};
    std::ranges::transform(commands_, all.begin(), &unique_handle::get);
    all[keeper_commands] = program_.get();
    if (output_) all[keeper_commands + 1] = output_->event();
    const DWORD count = static_cast<DWORD>(all.size()) - (output_ ? 0 : 1);
    const DWORD which = WaitForMultipleObjects(count, all.data(), FALSE, INFINITE) - WAIT_OBJECT_0;
    if (which < keeper_commands)
      obey(static_cast<keeper_command>(which));
    else if (which == keeper_commands)
      hear_of_end();
    else if (which < count)
      carry();
  }

  void obey(keeper_command c) {
    switch (c) {
    case keeper_command::kill:
      job_.kill();
      break;
    // Ctrl+C cannot be limited to a process group, and here is no need to: this console is the program's and ours
    // ("GenerateConsoleCtrlEvent function").
    case keeper_command::ctrl_c:
      GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
      break;
    case keeper_command::ctrl_break:
      GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, 0);
      break;
    }
  }

  void hear_of_end() {
    DWORD code = 0;
    GetExitCodeProcess(program_.get(), &code);
    record_.ended({false, code});
    program_ = order_.command.daemon && code == 0 ? job_.oldest() : unique_handle();
    if (!program_) return;
    // The one in the background takes the place of the program that put it there.
    record_.followed_by(identity_of(program_.get()));
    files_.write(record_.text(), agent_.get());
  }

  void read_on() {
    if (output_ && !output_->begin()) output_.reset();
  }

  // How many bytes that were.
  std::size_t carry() {
    const auto bytes = output_->take();
    if (!bytes) {
      output_.reset(); // the program has closed it, and lives on
      return 0;
    }
    const std::size_t count = bytes->size();
    file_.write(*bytes);
    read_on();
    return count;
  }

  // What it left behind, and everything that was written to its output.
  void end_the_rest() {
    constexpr DWORD first_pause_ms = 1, longest_pause_ms = 100;
    DWORD pause_ms = first_pause_ms;
    for (job_.kill(); !job_.is_empty(); job_.kill()) {
      if (output_ && WaitForSingleObject(output_->event(), pause_ms) == WAIT_OBJECT_0)
        carry();
      else if (!output_)
        Sleep(pause_ms);
      pause_ms = std::min(pause_ms * 2, longest_pause_ms);
    }
    drain();
  }

  // Everything that was written is in the pipe or in the read under way by now. Who else has the pipe's other end, given to
  // a stranger for instance, may write on for ever and is not waited for.
  void drain() {
    std::size_t left = output_ ? output_->waiting_bytes() + pipe_bytes : 0;
    while (left > 0 && output_ && WaitForSingleObject(output_->event(), 0) == WAIT_OBJECT_0)
      left -= std::min(left, carry());
    if (!output_) return;
    if (const auto bytes = output_->take(true)) file_.write(*bytes);
  }

  // The lock goes before the agent is told: it may start a successor at once.
  void close() {
    files_.write(record_.text(), nullptr);
    files_.unlock();
    tell_only();
  }

  launch_order order_;
  unique_handle agent_;
  kept_record record_;
  record_keeping files_;
  rotating_file file_;
  command_events commands_;
  program_job job_;
  std::optional<pipe_reader> output_;
  unique_handle program_;
};

result<launch_order> read_order() {
  const unique_handle section(GetStdHandle(STD_INPUT_HANDLE));
  SetStdHandle(STD_INPUT_HANDLE, nullptr);
  const void* const view = MapViewOfFile(section.get(), FILE_MAP_READ, 0, 0, 0);
  if (!view) return error{errc::invalid_argument, "there is no order for a keeper", 0};
  MEMORY_BASIC_INFORMATION region{};
  VirtualQuery(view, &region, sizeof region); // whole pages: zeros follow the order
  auto out = order_from_bytes({static_cast<const char*>(view), region.RegionSize});
  UnmapViewOfFile(view);
  return out;
}

BOOL WINAPI stay(DWORD) {
  return TRUE;
}

int keep() {
  auto order = read_order();
  if (!order) {
    std::fprintf(stderr, "reeve-keeper: %s; it is started by the agent only\n",
                 order.error().message.c_str());
    return 2;
  }
  // That Ctrl+C is ignored is handed down from parent to child, and our program is to hear it; a handler is not handed
  // down ("SetConsoleCtrlHandler function").
  SetConsoleCtrlHandler(nullptr, FALSE);
  SetConsoleCtrlHandler(stay, TRUE);
  // Handed down, too: a library that is missing ends the program rather than waits for a click ("SetErrorMode function").
  SetErrorMode(SEM_FAILCRITICALERRORS);
  unique_handle agent(GetStdHandle(STD_OUTPUT_HANDLE));
  return kept_program(*std::move(order), std::move(agent)).run();
}

} // namespace
} // namespace reeve::os

int main() {
  return reeve::os::keep();
}
