// SPDX-License-Identifier: Apache-2.0
#include "keeper/kept_record.hpp"

#include "keeper/keeper_news.hpp"

#include <chrono>
#include <utility>

namespace reeve::os {

namespace {

nanoseconds unix_now() {
  return std::chrono::duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch());
}

} // namespace

kept_record::kept_record(const keep_place& place, const process_id& keeper) {
  record_.incarnation = place.incarnation;
  record_.fingerprint = place.fingerprint;
  record_.boot = boot_id();
  record_.keeper = keeper;
}

void kept_record::refused(std::string why) {
  record_.phase = why.empty() ? keep_phase::taken : keep_phase::failed;
  record_.failure = std::move(why);
}

void kept_record::started(const process_id& program) {
  record_.phase = keep_phase::running;
  record_.program = program;
  record_.started_unix = unix_now();
}

void kept_record::finished(std::uint64_t output_lost_bytes) {
  record_.phase = keep_phase::ended;
  record_.ended_unix = unix_now();
  record_.output_lost_bytes = output_lost_bytes;
}

void kept_record::failed(std::string why, std::uint64_t output_lost_bytes) {
  finished(output_lost_bytes);
  record_.phase = keep_phase::failed;
  record_.failure = std::move(why);
}

std::string kept_record::news() const {
  return record_.phase == keep_phase::taken ? std::string(taken_news) : to_text(record_);
}

} // namespace reeve::os
