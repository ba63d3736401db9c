// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/audit_log.hpp"

#include "audit_head.hpp"

#include "reeve/base/sha256.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/state_file.hpp"
#include "reeve/remedy/audit_check.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <system_error>

namespace reeve::remedy {

namespace {

constexpr std::size_t shown_of_a_torn_line = 200;
constexpr nanoseconds longest_action = std::chrono::hours(1); // see config::step_settings::timeout

bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::path(std::u8string(path.begin(), path.end())), ignored);
}

// What the files say, of which the youngest is taken first.
class earlier_files {
 public:
  explicit earlier_files(const std::optional<audit_head>& head) : head_(head) {}

  void take(std::string_view text) {
    const bool is_youngest = !last_line && torn.empty();
    std::optional<nanoseconds> begins;
    while (!text.empty()) {
      const bool has_end = text.find('\n') != text.npos;
      const std::string_view line = take_until(text, '\n');
      const auto entry = entry_from_line(line);
      if (is_youngest) take_last(line, has_end, entry);
      if (!entry) continue;
      if (!begins) begins = entry->unix_time;
      if (head_ && head_->seq == entry->seq) hash_at_head = sha256_hex(line);
      follow(*entry);
    }
    is_enough = begins && last_time_ && *last_time_ - *begins > longest_action;
  }
  std::vector<audit_entry> pending() const {
    std::vector<audit_entry> out;
    for (const auto& [id, entry] : begun_)
      out.push_back(entry);
    return out;
  }

  std::optional<std::string> last_line; // whole, but for its end perhaps
  bool lacks_end = false;
  bool is_entry = true;
  std::uint64_t last_seq = 0;
  std::string torn; // what comes after it
  std::string hash_at_head;
  bool is_enough = false; // an action that began before has ended, or an agent has closed it

 private:
  void take_last(std::string_view line, bool has_end, const result<audit_entry>& entry) {
    lacks_end = !has_end;
    if (!has_end && !entry) {
      torn = line;
      return;
    }
    last_line = line;
    is_entry = entry.has_value();
    if (!entry) return;
    last_seq = entry->seq;
    last_time_ = entry->unix_time;
  }
  void follow(const audit_entry& e) {
    if (e.event == audit_event::action_begins && ended_.erase(e.action_id) == 0) begun_[e.action_id] = e;
    if (e.event != audit_event::action_ended && e.event != audit_event::closed_unknown) return;
    if (begun_.erase(e.action_id) == 0) ended_.insert(e.action_id);
  }

  const std::optional<audit_head>& head_;
  std::optional<nanoseconds> last_time_;
  std::map<std::uint64_t, audit_entry> begun_;
  std::set<std::uint64_t> ended_; // that began in a file that is yet to be taken
};

} // namespace

result<std::unique_ptr<audit_log>> audit_log::open(audit_log_options options, const clock& time) {
  auto file = os::append_file::open(options.path);
  if (!file) return file.error();
  std::unique_ptr<audit_log> out(new audit_log(std::move(options), time));
  out->file_ = *std::move(file);
  out->size_bytes_ = out->file_.size_bytes();
  if (auto taken = out->take_up(read_audit_head(out->options_.path)); !taken) return taken.error();
  return out;
}

result<> audit_log::take_up(const std::optional<audit_head>& head) {
  earlier_files files(head);
  const std::vector<std::string> paths = audit_files(options_.path);
  for (auto path = paths.rbegin(); path != paths.rend() && !files.is_enough; ++path) {
    if (*path == options_.path && size_bytes_ == 0) continue;
    const auto text = os::read_state_file(*path);
    if (!text) return text.error();
    files.take(*text);
  }
  pending_ = files.pending();
  last_seq_ = files.last_seq;
  last_hash_ = files.last_line ? sha256_hex(*files.last_line) : std::string(hash_before_the_first);
  ends_in_a_line_ = files.lacks_end;
  audit_entry missing;
  missing.event = audit_event::lines_missing;
  if (head && head->seq > last_seq_) {
    missing.why = cat("the lines ", last_seq_ + 1, " to ", head->seq, " were written and are gone");
    last_seq_ = head->seq;
  } else if (head && head->hash != files.hash_at_head) {
    missing.why = cat("line ", head->seq, " is not the one that was written");
  } else if (!head && last_seq_ > 1) {
    missing.why = cat("what the last line was is not known, since ", options_.path,
                      ".head is gone: there may "
                      "have been some after line ",
                      last_seq_);
  }
  if (!files.is_entry) note_torn(*files.last_line);
  if (!files.torn.empty()) note_torn(files.torn);
  if (!missing.why.empty()) untold_.push_back(std::move(missing));
  (void)tell_untold(); // append() tries again
  return {};
}

void audit_log::note_torn(std::string_view text) {
  audit_entry e;
  e.event = audit_event::torn_line;
  e.why = cat("it has ", text.size(), " bytes: ", text.substr(0, shown_of_a_torn_line));
  untold_.push_back(std::move(e));
  last_hash_ = sha256_hex(text);
}

result<> audit_log::tell_untold() {
  if (ends_in_a_line_) {
    if (file_.write("\n") != 1) {
      ++write_failures_;
      return error{errc::failed, cat(options_.path, " cannot be written"), 0};
    }
    ends_in_a_line_ = false;
    ++size_bytes_;
  }
  while (!untold_.empty()) {
    audit_entry next = untold_.front();
    if (auto written = write(next, durability::soon); !written) return written;
    untold_.erase(untold_.begin());
  }
  return {};
}

// Else entries would go where nobody looks for them.
result<> audit_log::follow_path() {
  if (file_.is_at(options_.path)) return {};
  auto next = os::append_file::open(options_.path);
  if (!next) return next.error();
  file_ = *std::move(next);
  size_bytes_ = file_.size_bytes();
  auto head = read_audit_head(options_.path);
  if (last_seq_ > 0 && (!head || head->seq != last_seq_)) head = {last_seq_, last_hash_};
  std::vector<audit_entry> pending = std::move(pending_);
  auto taken = take_up(head);
  pending_ = std::move(pending);         // those begun since are this agent's own
  if (!taken) file_ = os::append_file(); // so that the next call tries again
  return taken;
}

result<std::uint64_t> audit_log::append(audit_entry entry, durability how) {
  if (auto followed = follow_path(); !followed) {
    ++write_failures_;
    return followed.error();
  }
  if (auto told = tell_untold(); !told) return told.error();
  if (auto written = write(entry, how); !written) return written.error();
  return entry.seq;
}

result<> audit_log::write(audit_entry& entry, durability how) {
  entry.seq = last_seq_ + 1;
  entry.unix_time = std::chrono::floor<std::chrono::milliseconds>(time_.unix_time());
  entry.previous = last_hash_;
  if (entry.event == audit_event::action_begins) entry.action_id = entry.seq;
  const std::string line = to_line(entry);
  rotate_for(line.size() + 1);
  const std::size_t written = file_.write(cat(line, "\n"));
  size_bytes_ += written;
  ends_in_a_line_ = written > 0 && written <= line.size();
  if (written < line.size()) {
    ++write_failures_;
    if (written > 0) note_torn(std::string_view(line).substr(0, written));
    return error{errc::failed, cat(options_.path, " cannot be written: the disk is full, or it failed"), 0};
  }
  last_seq_ = entry.seq;
  last_hash_ = sha256_hex(line);
  if (how == durability::on_disk)
    if (auto flushed = file_.flush(); !flushed) {
      ++write_failures_;
      close_unflushed(entry);
      return error{flushed.error().code, cat(options_.path, ": ", flushed.error().message),
                   flushed.error().os_code};
    }
  if (!write_audit_head(options_.path, {last_seq_, last_hash_})) ++write_failures_;
  return {};
}

// Who calls knows of no such action, so nobody else closes it.
void audit_log::close_unflushed(audit_entry entry) {
  if (entry.event != audit_event::action_begins) return;
  entry.event = audit_event::closed_unknown;
  entry.passed.clear();
  entry.why = "it could not be made sure that the entry of its beginning is on the disk";
  untold_.push_back(std::move(entry));
}

void audit_log::rotate_for(std::size_t bytes) {
  if (size_bytes_ == 0 || size_bytes_ + bytes <= options_.max_size_bytes) return;
  const auto numbered = [&](std::uint32_t n) { return n == 0 ? options_.path : cat(options_.path, ".", n); };
  // Those of a limit that was higher.
  std::vector<std::string> files = audit_files(options_.path);
  for (; files.size() > std::size_t{options_.max_files} + 1; files.erase(files.begin()))
    os::remove_file(files.front());
  std::uint32_t last = 1; // that is free, or the oldest; those above it stay where they are
  while (last < options_.max_files && is_there(numbered(last)))
    ++last;
  // A file that cannot be moved away, or followed by a new one, goes on being written.
  for (std::uint32_t n = last; n > 0; --n)
    if (!os::rename_over(numbered(n - 1), numbered(n))) return;
  auto next = os::append_file::open(options_.path);
  if (!next) {
    os::rename_over(numbered(1), numbered(0));
    return;
  }
  file_ = *std::move(next);
  size_bytes_ = 0;
}

void audit_log::set_limits(std::uint64_t max_size_bytes, std::uint32_t max_files) noexcept {
  options_.max_size_bytes = max_size_bytes;
  options_.max_files = max_files;
}

} // namespace reeve::remedy
