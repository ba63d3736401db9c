// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/audit_check.hpp"

#include "audit_head.hpp"

#include "reeve/base/sha256.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/state_file.hpp"
#include "reeve/remedy/audit_log.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <set>
#include <system_error>

namespace reeve::remedy {

namespace {

constexpr std::uint32_t most_files = 1000; // what the configuration allows
constexpr int most_attempts = 10;

// One file after the other, in the order they were written.
class chain_check {
 public:
  // `head` was read before the lines: what a running agent appends meanwhile is not missing.
  chain_check(audit_report& out, std::optional<audit_head> head) : out_(out), head_(std::move(head)) {}

  bool read(const std::string& file, std::string_view text, bool is_last) {
    file_ = file;
    for (line_ = 1; !text.empty(); ++line_) {
      if (text.find('\n') == text.npos)
        return broken(is_last ? "the file ends in the middle of a line" : "it ends in the middle of a line");
      if (!take(take_until(text, '\n'))) return false;
    }
    return true;
  }
  bool end() {
    out_.not_ended = open_.size();
    if (pending_torn_) return broken_at(line_ - 1, "it is no entry of an audit log");
    // Of one line the agent may have ended before it wrote the other file.
    if (!head_ && out_.entries > 1)
      return broken_at(0, cat(file_,
                              ".head, which says what the last line was, is gone or cannot be read: lines "
                              "may be missing at the end"));
    if (!head_ || is_head_seen_) return true;
    if (head_->seq < seq_)
      return broken_at(0, cat("line ", head_->seq, " is not in it, and was the last one that was written"));
    return broken_at(line_ == 0 ? 0 : line_ - 1,
                     cat("the log ends with line ", seq_, " and was written up to line ", head_->seq,
                         ": its end is missing"));
  }

 private:
  bool broken(std::string what) { return broken_at(line_, std::move(what)); }
  bool broken_at(std::uint64_t line, std::string what) {
    out_.problem = {file_, line, std::move(what)};
    return false;
  }

  bool take(std::string_view line) {
    const auto entry = entry_from_line(line);
    if (!entry) {
      // Nothing is wrong with it if the next line says that it was torn.
      if (pending_torn_) return broken_at(line_ - 1, "it is no entry of an audit log");
      pending_torn_ = true;
    } else if (!check(*entry)) {
      return false;
    }
    hash_ = sha256_hex(line);
    if (!entry || !head_ || entry->seq != head_->seq) return true;
    is_head_seen_ = true;
    return hash_ == head_->hash || broken("it is not the line that was written");
  }

  bool check(const audit_entry& e) {
    const bool is_first = hash_.empty();
    if (pending_torn_ && e.event != audit_event::torn_line)
      return broken_at(line_ - 1, "it is no entry of an audit log");
    pending_torn_ = false;
    if (!is_first && e.previous != hash_)
      return broken(
          cat("it does not follow the line before it, which was changed, or lines between them were "
              "taken out; it is number ",
              e.seq, ", the one before ", seq_));
    if (is_first && e.seq == 1 && e.previous != hash_before_the_first)
      return broken("it is the first line and names one before it");
    const bool may_jump = is_first || e.event == audit_event::lines_missing;
    if (may_jump ? e.seq <= seq_ : e.seq != seq_ + 1)
      return broken(cat("it is number ", e.seq, " after number ", seq_));
    seq_ = e.seq;
    ++out_.entries;
    if (e.event == audit_event::torn_line || e.event == audit_event::lines_missing ||
        e.event == audit_event::entries_lost)
      ++out_.recorded;
    if (e.event == audit_event::action_begins && open_.insert(e.action_id).second) ++out_.actions;
    if (e.event == audit_event::action_ended || e.event == audit_event::closed_unknown)
      open_.erase(e.action_id);
    return true;
  }

  audit_report& out_;
  const std::optional<audit_head> head_;
  bool is_head_seen_ = false;
  std::string file_, hash_;
  std::uint64_t line_ = 0, seq_ = 0;
  bool pending_torn_ = false;
  std::set<std::uint64_t> open_;
};

// What the folder looks like: an agent that is running begins a new file between two that are read, or is in the middle of a
// line.
struct progress {
  struct file {
    std::string path;
    std::uintmax_t size_bytes = 0;
    std::filesystem::file_time_type written{};

    friend bool operator==(const file&, const file&) = default;
  };
  std::vector<file> full; // those that nothing is appended to any more
  file last;
  std::uint64_t seq = 0;

  friend bool operator==(const progress&, const progress&) = default;
};

progress progress_of(const std::string& path) {
  progress out;
  for (const std::string& name : audit_files(path)) {
    const std::filesystem::path at(std::u8string(name.begin(), name.end()));
    std::error_code gone; // what is gone meanwhile looks different for that
    progress::file f{name, std::filesystem::file_size(at, gone), std::filesystem::last_write_time(at, gone)};
    if (name == path)
      out.last = std::move(f);
    else
      out.full.push_back(std::move(f));
  }
  if (const auto head = read_audit_head(path)) out.seq = head->seq;
  return out;
}

result<audit_report> verify_once(const std::string& path) {
  const std::vector<std::string> files = audit_files(path);
  if (files.empty()) return error{errc::not_found, cat(path, ": there is no audit log"), 0};
  audit_report out;
  out.files = files.size();
  chain_check check(out, read_audit_head(path));
  for (const std::string& file : files) {
    const auto text = os::read_state_file(file);
    if (!text) return text.error();
    if (!check.read(file, *text, file == files.back())) return out;
  }
  check.end();
  return out;
}

result<std::vector<audit_entry>> read_once(const std::string& path, const audit_filter& filter) {
  const std::vector<std::string> files = audit_files(path);
  if (files.empty()) return error{errc::not_found, cat(path, ": there is no audit log"), 0};
  std::vector<audit_entry> out;
  for (const std::string& file : files) {
    const auto text = os::read_state_file(file);
    if (!text) return text.error();
    for (std::string_view rest = *text; !rest.empty();)
      if (auto entry = entry_from_line(take_until(rest, '\n')); entry && matches(filter, *entry))
        out.push_back(*std::move(entry));
  }
  return out;
}

} // namespace

std::string audit_file(const std::string& state_folder) {
  return cat(state_folder, "/audit/audit.jsonl");
}

std::vector<std::string> audit_files(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path file(std::u8string(path.begin(), path.end()));
  const std::u8string before = file.filename().u8string() + u8".";
  std::set<std::uint32_t, std::greater<>> numbers; // the oldest has the highest
  std::error_code failed;
  for (fs::directory_iterator at(file.parent_path(), failed), end; !failed && at != end;
       at.increment(failed)) {
    const std::u8string name = at->path().filename().u8string();
    std::uint32_t n = 0;
    if (!name.starts_with(before)) continue;
    const std::string digits(name.begin() + static_cast<std::ptrdiff_t>(before.size()), name.end());
    if (read_number(digits, n) && n > 0 && n <= most_files) numbers.insert(n);
  }
  std::vector<std::string> out;
  for (const std::uint32_t n : numbers)
    out.push_back(cat(path, ".", n));
  if (fs::exists(file, failed)) out.push_back(path);
  return out;
}

result<audit_report> verify_audit(const std::string& path) {
  for (int attempt = 1;; ++attempt) {
    const progress before = progress_of(path);
    auto out = verify_once(path);
    const bool is_sound = out && !out->problem;
    if (is_sound || attempt == most_attempts || progress_of(path) == before) return out;
  }
}

bool matches(const audit_filter& f, const audit_entry& e) noexcept {
  const auto is_about = [&](std::string_view source) {
    if (e.event == audit_event::reset) return e.target.name == f.source;
    const std::string_view kind = take_until(source, ' ');
    return (kind == "rule" || kind == "alert") && take_until(source, ' ') == f.source;
  };
  if (!f.source.empty() && !is_about(e.source)) return false;
  if (!f.target.empty() && e.target.name != f.target && cat(e.target.kind, ":", e.target.name) != f.target)
    return false;
  if (!f.outcome.empty() && e.outcome != f.outcome && name_of(e.event) != f.outcome) return false;
  return !f.since || e.unix_time >= *f.since;
}

result<std::vector<audit_entry>> read_audit(const std::string& path, const audit_filter& filter) {
  for (int attempt = 1;; ++attempt) {
    const progress before = progress_of(path);
    auto out = read_once(path, filter);
    if (attempt == most_attempts || progress_of(path).full == before.full) return out;
  }
}

} // namespace reeve::remedy
