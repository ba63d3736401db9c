// SPDX-License-Identifier: Apache-2.0
// The journal by its own protocol; syslog where there is none.
#include "system_log.hpp"

#include "journal_entry.hpp"
#include "linux/datagram_socket.hpp"
#include "syslog_line.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace reeve::eventlog_writer {

namespace {

constexpr std::string_view journal_name = "journal", syslog_name = "syslog";

class linux_log final : public system_log {
 public:
  explicit linux_log(system_log_options o) : options_(std::move(o)) {}

  write_result write(const record& r) override {
    // Once more when the other side has gone since the last write: it may be back under the same name already.
    for (int attempt = 0; attempt < 2; ++attempt) {
      const bool fresh = !socket_.is_open();
      if (fresh && !connect()) return write_result::later;
      if (backend_ == journal_name ? to_journal(r) : to_syslog(r)) return write_result::written;
      trouble_ = std::string(backend_) + ": " + std::system_category().message(socket_.error());
      if (socket_.error() == EMSGSIZE) return write_result::impossible;
      if (fresh || socket_.is_open()) break;
    }
    return write_result::later;
  }
  std::string_view backend() const noexcept override { return backend_; }
  const std::string& trouble() const noexcept override { return trouble_; }

 private:
  bool connect() {
    const bool either = options_.backend == "auto";
    if ((either || options_.backend == journal_name) &&
        try_open(journal_name, options_.journal_socket, false))
      return true;
    const std::string first = trouble_;
    if ((either || options_.backend == syslog_name) && try_open(syslog_name, options_.syslog_socket, true))
      return true;
    if (either) trouble_ = first + "; " + trouble_;
    return false;
  }
  bool try_open(std::string_view name, const std::string& path, bool stream_too) {
    if (socket_.open(path, stream_too)) {
      backend_ = name;
      return true;
    }
    trouble_ = "cannot connect to " + path + ": " + std::system_category().message(socket_.error());
    return false;
  }
  bool to_journal(const record& r) {
    const std::string entry = journal_entry(r, options_.identifier);
    if (socket_.send(entry)) return true;
    const bool too_long = socket_.error() == EMSGSIZE || socket_.error() == ENOBUFS;
    return too_long && socket_.send_file(entry);
  }
  bool to_syslog(const record& r) {
    const std::time_t seconds = static_cast<std::time_t>(r.unix_ns / 1'000'000'000);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return socket_.send(syslog_line(r, options_.identifier, ::getpid(), local));
  }

  system_log_options options_;
  datagram_socket socket_;
  std::string_view backend_;
  std::string trouble_;
};

} // namespace

std::unique_ptr<system_log> make_system_log(system_log_options options) {
  return std::make_unique<linux_log>(std::move(options));
}

std::span<const std::string_view> system_log_backends() noexcept {
  static constexpr std::array<std::string_view, 3> names{"auto", journal_name, syslog_name};
  return names;
}

} // namespace reeve::eventlog_writer
