// SPDX-License-Identifier: Apache-2.0
// The Event Log, with the source that `reeve eventlog install` registers.
#include "system_log.hpp"

#include "windows/event_text.hpp"
#include "windows/windows.hpp"

#include <array>
#include <string>
#include <utility>

namespace reeve::eventlog_writer {

namespace {

constexpr std::string_view windows_name = "windows";
// Of ReportEventW ("ReportEventW function (winbase.h)") each string may have 31,839 characters. Half of it leaves room for
// the other strings in what one event may hold as a whole.
constexpr std::size_t max_units = 15'000;

WORD type_of(std::uint32_t severity) noexcept {
  if (severity >= REEVE_ERROR) return EVENTLOG_ERROR_TYPE;
  return severity == REEVE_WARN ? EVENTLOG_WARNING_TYPE : EVENTLOG_INFORMATION_TYPE;
}

std::string text_of(DWORD code) {
  switch (code) {
  case RPC_S_SERVER_UNAVAILABLE:
  case RPC_S_UNKNOWN_IF:
    return "the Event Log service does not run";
  case ERROR_ACCESS_DENIED:
    return "access denied";
  case ERROR_LOG_FILE_FULL:
    return "the log is full";
  default:
    return "Windows error " + std::to_string(code);
  }
}

class windows_log final : public system_log {
 public:
  windows_log() = default;
  ~windows_log() override { close(); }

  write_result write(const record& r) override {
    if (!source_) source_ = RegisterEventSourceW(nullptr, event_source_name);
    if (!source_) return failed("cannot open the event source: ", GetLastError());
    const std::wstring text = event_text(full_text(r), max_units), source = event_text(r.source, 256),
                       name = event_text(r.name, 256);
    std::array<const wchar_t*, 3> strings{text.c_str(), source.c_str(), name.c_str()};
    if (ReportEventW(source_, type_of(r.severity), 0, r.id, nullptr, static_cast<WORD>(strings.size()), 0,
                     strings.data(), nullptr))
      return write_result::written;
    const DWORD code = GetLastError();
    const write_result result = failed("", code);
    // What the service says of the arguments, not of itself.
    if (code == ERROR_INVALID_PARAMETER || code == RPC_S_INVALID_BOUND || code == ERROR_EVENTLOG_FILE_CORRUPT)
      return write_result::impossible;
    close(); // the handle may be of a service that has been restarted since
    return result;
  }
  std::string_view backend() const noexcept override { return windows_name; }
  const std::string& trouble() const noexcept override { return trouble_; }

 private:
  write_result failed(const char* what, DWORD code) {
    trouble_ = what + text_of(code);
    return write_result::later;
  }
  void close() noexcept {
    if (source_) DeregisterEventSource(source_);
    source_ = nullptr;
  }

  HANDLE source_ = nullptr;
  std::string trouble_;
};

} // namespace

std::unique_ptr<system_log> make_system_log(system_log_options) {
  return std::make_unique<windows_log>();
}

std::span<const std::string_view> system_log_backends() noexcept {
  static constexpr std::array<std::string_view, 2> names{"auto", windows_name};
  return names;
}

} // namespace reeve::eventlog_writer
