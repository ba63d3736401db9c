// SPDX-License-Identifier: Apache-2.0
#include "reeve/remedy/audit_log.hpp"

#include "audit_head.hpp"

#include "reeve/base/sha256.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/state_file.hpp"

#include <algorithm>

namespace reeve::remedy {

namespace {

constexpr std::size_t shown_of_a_torn_line = 200;

void follow(const audit_entry& e, std::vector<audit_entry>& pending) {
  if (e.event == audit_event::action_begins) pending.push_back(e);
  if (e.event == audit_event::action_ended || e.event == audit_event::closed_unknown)
    std::erase_if(pending, [&](const audit_entry& p) { return p.action_id == e.action_id; });
}

} // namespace

result<std::unique_ptr<audit_log>> audit_log::open(audit_log_options options, const clock& time) {
  auto file = os::append_file::open(options.path);
  if (!file) return file.error();
  std::unique_ptr<audit_log> out(new audit_log(std::move(options), time));
  out->file_ = *std::move(file);
  out->size_bytes_ = out->file_.size_bytes();
  if (auto taken = out->take_up(); !taken) return taken.error();
  return out;
}

// An action takes an hour at most, and a file holds more than that: what is pending is in the last two.
result<> audit_log::take_up() {
  const auto head = read_audit_head(options_.path);
  std::string last_line, torn, hash_at_head;
  bool is_entry = true;
  for (const std::string& path : {cat(options_.path, ".1"), options_.path}) {
    if (path == options_.path && size_bytes_ == 0) continue;
    const auto text = os::read_state_file(path);
    if (!text && text.error().code == errc::not_found) continue;
    if (!text) return text.error();
    std::string_view rest = *text;
    while (rest.find('\n') != rest.npos) {
      last_line = take_until(rest, '\n');
      const auto entry = entry_from_line(last_line);
      is_entry = entry.has_value();
      if (!is_entry) continue;
      last_seq_ = entry->seq;
      if (head && head->seq == last_seq_) hash_at_head = sha256_hex(last_line);
      follow(*entry, pending_);
    }
    torn = rest;
  }
  last_hash_ = last_line.empty() ? std::string(hash_before_the_first) : sha256_hex(last_line);
  audit_entry missing;
  missing.event = audit_event::lines_missing;
  if (head && head->seq > last_seq_) {
    missing.why = cat("the lines ", last_seq_ + 1, " to ", head->seq, " were written and are gone");
    last_seq_ = head->seq;
  } else if (head && head->hash != hash_at_head) {
    missing.why = cat("line ", head->seq, " is not the one that was written");
  } else if (!head && last_seq_ > 1) {
    missing.why = cat("what the last line was is not known, since ", options_.path,
                      ".head is gone: there may "
                      "have been some after line ",
                      last_seq_);
  }
  if (!is_entry) note_torn(last_line);
  if (!torn.empty()) {
    ends_in_a_line_ = true;
    note_torn(torn);
  }
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

result<std::uint64_t> audit_log::append(audit_entry entry, durability how) {
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
  if (written <= line.size()) {
    ++write_failures_;
    if (written > 0) {
      ends_in_a_line_ = true;
      note_torn(std::string_view(line).substr(0, written));
    }
    return error{errc::failed, cat(options_.path, " cannot be written: the disk is full, or it failed"), 0};
  }
  last_seq_ = entry.seq;
  last_hash_ = sha256_hex(line);
  if (how == durability::on_disk)
    if (auto flushed = file_.flush(); !flushed) {
      ++write_failures_;
      return error{flushed.error().code, cat(options_.path, ": ", flushed.error().message),
                   flushed.error().os_code};
    }
  if (!write_audit_head(options_.path, {last_seq_, last_hash_})) ++write_failures_;
  return {};
}

void audit_log::rotate_for(std::size_t bytes) {
  if (size_bytes_ == 0 || size_bytes_ + bytes <= options_.max_size_bytes) return;
  const auto numbered = [&](std::uint32_t n) { return n == 0 ? options_.path : cat(options_.path, ".", n); };
  for (std::uint32_t n = options_.max_files; n > 1; --n)
    os::rename_over(numbered(n - 1), numbered(n));
  // One that cannot be moved away, or followed by a new one, goes on being written.
  if (!os::rename_over(numbered(0), numbered(1))) return;
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
