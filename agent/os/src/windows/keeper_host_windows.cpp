// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/keeper.hpp"

#include "keeper/keeper_news.hpp"
#include "keeper/launch_order.hpp"
#include "windows/close_windows.hpp"
#include "windows/environment.hpp"
#include "windows/error.hpp"
#include "windows/keeper/commands.hpp"
#include "windows/keeper_start.hpp"
#include "windows/overlapped_pipe.hpp"
#include "windows/process_identity.hpp"
#include "windows/text_file.hpp"
#include "windows/utf.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/runtime.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <thread>

namespace reeve::os {

namespace {

constexpr ULONG_PTR wake_key = 0;
constexpr std::size_t news_part_bytes = 2048; // a record is shorter

class held_keeper final : public keeper {
 public:
  held_keeper(process_id id, unique_handle process, command_events events)
      : id_(id), process_(std::move(process)), events_(std::move(events)) {}

  result<> ask(const stop_request& r) override {
    switch (r.by) {
    case stop_request::means::close_window:
      return close_windows(job_name(id_));
    case stop_request::means::ctrl_c:
      return send(keeper_command::ctrl_c);
    case stop_request::means::ctrl_break:
      return send(keeper_command::ctrl_break);
    case stop_request::means::signal:
      break;
    }
    return error{errc::unsupported, "there are no signals on this system", 0};
  }
  result<> kill() override { return send(keeper_command::kill); }

 private:
  result<> send(keeper_command c) {
    if (has_ended(process_.get())) return error{errc::not_found, cat("keeper ", id_.pid, " has ended"), 0};
    if (!SetEvent(events_[static_cast<std::size_t>(c)].get()))
      return windows_error(GetLastError(), cat("keeper ", id_.pid));
    return {};
  }

  process_id id_;
  unique_handle process_;
  command_events events_;
};

// The keeper of that folder, when one holds its lock; see record_keeping.
struct lock_holder {
  process_id id;
  unique_handle process;
};
lock_holder holder_of(const std::string& folder) {
  std::string text;
  if (read_text_file(cat(folder, "\\lock"), text) != 0) return {};
  std::string_view rest = text;
  process_id id;
  if (!text.ends_with('\n') || !read_number(take_until(rest, ' '), id.pid) ||
      !read_number(take_until(rest, '\n'), id.start))
    return {};
  return {id, open_process(id, 0)};
}

std::optional<keeper_record> record_in(const std::string& folder) {
  std::string text;
  if (read_text_file(cat(folder, "\\record"), text) != 0) return std::nullopt;
  const auto read = record_from_text(text);
  if (!read) return std::nullopt;
  return *read;
}

// Whose keeper is gone and did not say how it ended. Its job has ended it; its death is waited for.
void end_if_abandoned(keeper_record& r) {
  constexpr DWORD patience_ms = 1000;
  if (r.phase != keep_phase::starting && r.phase != keep_phase::running) return;
  if (const unique_handle program = open_process(r.program, PROCESS_TERMINATE)) {
    TerminateProcess(program.get(), 1);
    WaitForSingleObject(program.get(), patience_ms);
  }
  r.phase = keep_phase::lost;
  r.ended_unix = std::chrono::duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch());
  r.end = {false, 1};
}

class host final : public keeper_host {
 public:
  host(std::string program, private_access access, unique_handle port)
      : program_(std::move(program)), access_(std::move(access)), port_(std::move(port)) {
    thread_ = std::thread([this] { watch(); });
  }
  ~host() override {
    post(wake_key);
    thread_.join();
    for (const auto& [key, k] : keepers_)
      if (k->wait) UnregisterWaitEx(k->wait, INVALID_HANDLE_VALUE); // waits for a call that is under way
  }

  result<std::unique_ptr<keeper>> launch(const keep_place& where, const launch_command& what,
                                         on_news told) override {
    if (!what.account.empty())
      return error{errc::unsupported, cat("account ", what.account, ": not on Windows yet"), 0};
    launch_order order{where, what, environment_for(what.env), {}, std::nullopt};
    auto started = start_keeper(program_, order, access_.get());
    if (!started) return started.error();
    unique_handle held = copy_of(started->process.get());
    if (!held) return windows_error(GetLastError(), cat("keeper ", started->id.pid));
    auto k = std::make_unique<watched_keeper>();
    k->folder = where.folder;
    k->incarnation = where.incarnation;
    k->id = started->id;
    k->process = std::move(started->process);
    k->news.emplace(std::move(started->news), news_part_bytes);
    k->told = std::move(told);
    if (auto watched = watch_over(std::move(k)); !watched) {
      TerminateProcess(held.get(), 1);
      return watched.error();
    }
    return std::make_unique<held_keeper>(started->id, std::move(held), std::move(started->events));
  }

  found_keeper adopt(const std::string& folder, on_news told) override {
    found_keeper out;
    lock_holder holder = holder_of(folder);
    out.record = record_in(folder);
    command_events events;
    unique_handle held = holder.process ? copy_of(holder.process.get()) : unique_handle();
    if (!held || !open_command_events(holder.id, events)) {
      // It may have ended between the two looks.
      out.record = record_in(folder);
      if (out.record) end_if_abandoned(*out.record);
      return out;
    }
    auto k = std::make_unique<watched_keeper>();
    k->folder = folder;
    k->incarnation = out.record ? out.record->incarnation : 0;
    k->id = holder.id;
    k->process = std::move(holder.process);
    k->told = std::move(told);
    if (watch_over(std::move(k)))
      out.alive = std::make_unique<held_keeper>(holder.id, std::move(held), std::move(events));
    return out;
  }

 private:
  struct watched_keeper {
    std::string folder;
    std::uint64_t incarnation = 0;
    process_id id;
    unique_handle process;
    std::optional<pipe_reader> news; // nothing: one that was adopted tells of its end only
    HANDLE wait = nullptr;           // of the thread pool, for that end
    std::string text;                // of the pipe, until it makes a record
    on_news told;
    bool is_final = false;
    host* owner = nullptr;
    ULONG_PTR key = 0;
  };

  static unique_handle copy_of(HANDLE process) {
    HANDLE out = nullptr;
    DuplicateHandle(GetCurrentProcess(), process, GetCurrentProcess(), &out, 0, FALSE, DUPLICATE_SAME_ACCESS);
    return unique_handle(out);
  }

  void post(ULONG_PTR key) const { PostQueuedCompletionStatus(port_.get(), 0, key, nullptr); }

  static void CALLBACK on_process_end(void* context, BOOLEAN) {
    const auto* const k = static_cast<const watched_keeper*>(context);
    k->owner->post(k->key);
  }

  result<> watch_over(std::unique_ptr<watched_keeper> k) {
    const std::scoped_lock lock(mutex_);
    k->owner = this;
    k->key = ++last_key_;
    const bool is_watched =
        k->news ? CreateIoCompletionPort(k->news->pipe(), port_.get(), k->key, 0) != nullptr
                : RegisterWaitForSingleObject(&k->wait, k->process.get(), on_process_end, k.get(), INFINITE,
                                              WT_EXECUTEONLYONCE | WT_EXECUTEINWAITTHREAD) != FALSE;
    if (!is_watched) return windows_error(GetLastError(), "cannot watch for the end of a keeper");
    const ULONG_PTR key = k->key;
    const bool has_pipe = k->news.has_value();
    keepers_.emplace(key, std::move(k));
    if (has_pipe) post(key); // the first read is for the thread that does all others
    return {};
  }

  void watch() {
    for (;;) {
      DWORD bytes = 0;
      ULONG_PTR key = wake_key;
      OVERLAPPED* done = nullptr;
      const BOOL good = GetQueuedCompletionStatus(port_.get(), &bytes, &key, &done, INFINITE);
      if (!good && !done) return; // the port itself; of a read that failed its pipe_reader tells
      if (key == wake_key) return;
      hear(key, done != nullptr);
    }
  }

  // This thread alone takes entries out, so that one stays where it is while it is looked at without the lock.
  void hear(ULONG_PTR key, bool is_read) {
    watched_keeper* k = nullptr;
    {
      const std::scoped_lock lock(mutex_);
      k = keepers_.at(key).get();
    }
    if (k->news && read_news(*k, is_read)) return;
    WaitForSingleObject(k->process.get(), INFINITE); // its end of the pipe went a moment before it
    if (k->wait) UnregisterWaitEx(k->wait, INVALID_HANDLE_VALUE);
    if (!k->is_final) tell_last(*k);
    const std::scoped_lock lock(mutex_);
    keepers_.erase(key);
  }

  // False at the end of the pipe.
  static bool read_news(watched_keeper& k, bool is_read) {
    if (is_read) {
      const auto bytes = k.news->take();
      if (!bytes) return false;
      k.text.append(*bytes);
      for (const keeper_record& r : take_news(k.text, k.incarnation))
        tell(k, r);
    }
    return k.news->begin();
  }

  static void tell(watched_keeper& k, const keeper_record& r) {
    k.is_final = r.phase != keep_phase::starting && r.phase != keep_phase::running;
    k.told(r);
  }

  static void tell_last(watched_keeper& k) {
    keeper_record r = record_in(k.folder).value_or(keeper_record{});
    if (r.incarnation != k.incarnation) {
      // It ended before it wrote a line.
      r = {};
      r.incarnation = k.incarnation;
      r.keeper = k.id;
    }
    end_if_abandoned(r);
    tell(k, r);
  }

  const std::string program_;
  private_access access_;
  unique_handle port_;
  std::mutex mutex_;
  std::map<ULONG_PTR, std::unique_ptr<watched_keeper>> keepers_; // by what the port tells
  ULONG_PTR last_key_ = wake_key;
  std::thread thread_;
};

} // namespace

result<std::unique_ptr<keeper_host>> keeper_host::create(const std::string& program, const std::string&) {
  if (GetFileAttributesW(to_utf16(program).c_str()) == INVALID_FILE_ATTRIBUTES)
    return windows_error(GetLastError(), cat("the keeper ", program));
  auto access = private_access::make();
  if (!access) return access.error();
  unique_handle port(CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1));
  if (!port) return windows_error(GetLastError(), "cannot watch for the end of processes");
  return std::make_unique<host>(program, *std::move(access), std::move(port));
}

std::string keeper_program() {
  const std::string own = executable_path();
  return cat(own.substr(0, own.rfind('\\') + 1), "reeve-keeper.exe");
}

std::optional<int> signal_number(std::string_view) {
  return std::nullopt;
}

} // namespace reeve::os
