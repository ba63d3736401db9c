// SPDX-License-Identifier: Apache-2.0
// A pipe cannot be shut down in one direction, so request and answer are each preceded by their length (4 bytes,
// little-endian).
#include "reeve/os/control_channel.hpp"

#include "reeve/base/strings.hpp"
#include "windows/error.hpp"
#include "windows/security.hpp"
#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace reeve::os {

namespace {

using std::chrono::steady_clock;

constexpr nanoseconds client_patience =
    std::chrono::seconds(5);             // for a client to send, to read, and to hang up
constexpr DWORD exit_patience_ms = 1000; // for a thread that has nothing left to do
constexpr DWORD pipe_buffer_bytes = 64 * 1024;
constexpr std::size_t max_instance_characters = 64;

result<std::string> pipe_name(const std::string& instance) {
  const bool valid =
      !instance.empty() && instance.size() <= max_instance_characters &&
      instance.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
  if (!valid)
    return error{errc::invalid_argument,
                 cat("\"", instance, "\" is no instance name: 1 to 64 of a-z, 0-9, _ and -")};
  return "\\\\.\\pipe\\reeve-" + instance;
}

DWORD milliseconds_until(std::optional<steady_clock::time_point> until) {
  if (!until) return INFINITE;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - steady_clock::now()).count();
  return static_cast<DWORD>(std::clamp<long long>(left, 0, 1'000'000'000));
}

// One overlapped operation after the other on one pipe, each bounded in time and ended early by `stop` (may be null).
class pipe_io {
 public:
  pipe_io(HANDLE pipe, HANDLE event, HANDLE stop) noexcept : pipe_(pipe), event_(event), stop_(stop) {}

  // A client is there.
  bool accept() {
    begin();
    if (ConnectNamedPipe(pipe_, &operation_)) return true;
    const DWORD code = GetLastError();
    if (code == ERROR_PIPE_CONNECTED) return true; // it came between two calls
    return finish(code, std::nullopt).has_value();
  }
  bool write_all(std::string_view bytes, steady_clock::time_point until) {
    while (!bytes.empty()) {
      begin();
      const BOOL done =
          WriteFile(pipe_, bytes.data(), static_cast<DWORD>(bytes.size()), nullptr, &operation_);
      const auto count = finish(done ? ERROR_IO_PENDING : GetLastError(), until);
      if (!count || *count == 0) return false;
      bytes.remove_prefix(*count);
    }
    return true;
  }
  bool read_all(char* bytes, std::size_t size, steady_clock::time_point until) {
    while (size != 0) {
      begin();
      const BOOL done = ReadFile(pipe_, bytes, static_cast<DWORD>(size), nullptr, &operation_);
      const auto count = finish(done ? ERROR_IO_PENDING : GetLastError(), until);
      if (!count || *count == 0) return false;
      bytes += *count;
      size -= *count;
    }
    return true;
  }
  bool write_message(std::string_view message, steady_clock::time_point until) {
    const auto size = static_cast<std::uint32_t>(message.size());
    char length[4];
    for (unsigned i = 0; i < 4; ++i)
      length[i] = static_cast<char>(size >> (8 * i));
    return write_all({length, 4}, until) && write_all(message, until);
  }
  std::optional<std::string> read_message(steady_clock::time_point until) {
    char length[4];
    if (!read_all(length, 4, until)) return std::nullopt;
    std::uint32_t size = 0;
    for (unsigned i = 0; i < 4; ++i)
      size |= std::uint32_t{static_cast<unsigned char>(length[i])} << (8 * i);
    if (size > max_control_bytes) return std::nullopt;
    std::string out(size, '\0');
    if (!read_all(out.data(), size, until)) return std::nullopt;
    return out;
  }

 private:
  void begin() noexcept {
    operation_ = {};
    operation_.hEvent = event_;
    ResetEvent(event_);
  }
  // How many bytes were moved; nothing on failure, lateness or stop. The operation is over in every case, so that
  // the kernel holds no pointer to memory of ours.
  std::optional<DWORD> finish(DWORD code, std::optional<steady_clock::time_point> until) {
    if (code != ERROR_IO_PENDING) return std::nullopt;
    const HANDLE both[] = {event_, stop_};
    const bool ready =
        WaitForMultipleObjects(stop_ ? 2 : 1, both, FALSE, milliseconds_until(until)) == WAIT_OBJECT_0;
    if (!ready) CancelIoEx(pipe_, &operation_);
    DWORD count = 0;
    if (!GetOverlappedResult(pipe_, &operation_, &count, TRUE) || !ready) return std::nullopt;
    return count;
  }

  HANDLE pipe_, event_, stop_;
  OVERLAPPED operation_{};
};

unique_handle make_event() noexcept {
  return unique_handle(CreateEventW(nullptr, TRUE, FALSE, nullptr));
}

class pipe_server final : public control_server {
 public:
  pipe_server(std::string name, unique_handle pipe, unique_handle event, unique_handle stop,
              control_handler handler)
      : name_(std::move(name)), pipe_(std::move(pipe)), event_(std::move(event)), stop_(std::move(stop)),
        handler_(std::move(handler)), thread_([this] {
          self_ = unique_handle(OpenThread(SYNCHRONIZE, FALSE, GetCurrentThreadId()));
          serve();
          SetEvent(served_.get());
        }) {}
  ~pipe_server() override {
    SetEvent(stop_.get());
    WaitForSingleObject(served_.get(), INFINITE);
    // A thread takes the loader's lock on its way out. Where a library that hangs while it is loaded holds that, this one
    // is left behind: it has nothing of ours to do any more.
    if (WaitForSingleObject(self_.get(), exit_patience_ms) == WAIT_TIMEOUT)
      thread_.detach();
    else
      thread_.join();
  }
  const std::string& address() const noexcept override { return name_; }

 private:
  void serve() {
    pipe_io io(pipe_.get(), event_.get(), stop_.get());
    while (WaitForSingleObject(stop_.get(), 0) != WAIT_OBJECT_0) {
      if (io.accept()) serve_one(io);
      DisconnectNamedPipe(pipe_.get()); // whatever became of it: free for the next one
    }
  }
  void serve_one(pipe_io& io) {
    const auto request = io.read_message(steady_clock::now() + client_patience);
    if (!request) return;
    std::string answer;
    try {
      answer = handler_(*request);
    } catch (...) { // the contract: an empty answer
    }
    if (answer.size() > max_control_bytes) answer.clear();
    if (!io.write_message(answer, steady_clock::now() + client_patience)) return;
    // Disconnecting throws away what the client has not read yet, so it hangs up first.
    char nothing;
    io.read_all(&nothing, 1, steady_clock::now() + client_patience);
  }

  std::string name_;
  unique_handle pipe_, event_, stop_;
  unique_handle served_ = make_event(); // the thread has only to end
  unique_handle self_;                  // the thread's; set before served_ is
  control_handler handler_;
  std::thread thread_;
};

result<unique_handle> open_pipe(const std::string& name, steady_clock::time_point until) {
  const std::wstring wide = to_utf16(name);
  for (;;) {
    // Identification: a pipe of that name made by somebody else must not act with the client's rights.
    unique_handle pipe(CreateFileW(wide.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                                   FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
                                   nullptr));
    if (pipe) return pipe;
    const DWORD code = GetLastError();
    if (code == ERROR_FILE_NOT_FOUND)
      return error{errc::not_found,
                   cat("no agent listens on ", name, ": is it running, with this instance name?"),
                   static_cast<int>(code)};
    if (code != ERROR_PIPE_BUSY) return windows_error(code, cat("cannot open ", name));
    // Another client is being served.
    const DWORD left = milliseconds_until(until);
    if (left == 0 || (!WaitNamedPipeW(wide.c_str(), left) && GetLastError() == ERROR_SEM_TIMEOUT))
      return error{errc::timed_out, cat("the agent on ", name, " is busy with another request"),
                   ERROR_PIPE_BUSY};
  }
}

} // namespace

result<std::unique_ptr<control_server>> control_server::create(const std::string& instance,
                                                               control_handler handler) {
  auto name = pipe_name(instance);
  if (!name) return name.error();
  auto access = private_access::make();
  if (!access) return access.error();
  unique_handle pipe(CreateNamedPipeW(
      to_utf16(*name).c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
      PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, pipe_buffer_bytes,
      pipe_buffer_bytes, 0, access->get()));
  if (!pipe) {
    const DWORD code = GetLastError();
    // FILE_FLAG_FIRST_PIPE_INSTANCE says ERROR_ACCESS_DENIED of a name that is taken ("CreateNamedPipeW function");
    // a pipe with all its instances in use says ERROR_PIPE_BUSY.
    if (code == ERROR_ACCESS_DENIED || code == ERROR_PIPE_BUSY)
      return error{errc::busy, cat("another agent serves instance \"", instance, "\" on ", *name),
                   static_cast<int>(code)};
    return windows_error(code, cat("cannot make the control pipe ", *name));
  }
  unique_handle event = make_event(), stop = make_event();
  if (!event || !stop) return windows_error(GetLastError(), "cannot make an event");
  try {
    return std::unique_ptr<control_server>(std::make_unique<pipe_server>(
        *std::move(name), std::move(pipe), std::move(event), std::move(stop), std::move(handler)));
  } catch (const std::system_error& e) {
    return error{errc::limit, cat("cannot start a thread: ", e.what()), e.code().value()};
  }
}

result<std::string> control_request(const std::string& instance, std::string_view request,
                                    nanoseconds timeout) {
  const auto name = pipe_name(instance);
  if (!name) return name.error();
  if (request.size() > max_control_bytes)
    return error{errc::invalid_argument, cat("the request is larger than ", max_control_bytes, " bytes")};
  const auto until = steady_clock::now() + timeout;
  const auto pipe = open_pipe(*name, until);
  if (!pipe) return pipe.error();
  const unique_handle event = make_event();
  if (!event) return windows_error(GetLastError(), "cannot make an event");
  pipe_io io(pipe->get(), event.get(), nullptr);
  if (!io.write_message(request, until))
    return error{errc::timed_out, cat("the agent on ", *name, " does not take the request")};
  auto answer = io.read_message(until);
  if (!answer) return error{errc::timed_out, cat("the agent on ", *name, " does not answer")};
  return *std::move(answer);
}

} // namespace reeve::os
