// SPDX-License-Identifier: Apache-2.0
#include "windows/pdh_query.hpp"

#include "windows/utf.hpp"

#include <pdhmsg.h>
#include <winperf.h>

#include <utility>

namespace reeve::os {

// The numbers that the parser has without this header.
static_assert(PERF_COUNTER_RAWCOUNT == parse::perf_counter_rawcount);
static_assert(PERF_COUNTER_LARGE_RAWCOUNT == parse::perf_counter_large_rawcount);
static_assert(PERF_COUNTER_DELTA == parse::perf_counter_delta);
static_assert(PERF_SAMPLE_COUNTER == parse::perf_sample_counter);
static_assert(PERF_SAMPLE_FRACTION == parse::perf_sample_fraction);
static_assert(PERF_COUNTER_COUNTER == parse::perf_counter_counter);
static_assert(PERF_COUNTER_BULK_COUNT == parse::perf_counter_bulk_count);
static_assert(PERF_RAW_FRACTION == parse::perf_raw_fraction);
static_assert(PERF_COUNTER_TIMER == parse::perf_counter_timer);
static_assert(PERF_COUNTER_TIMER_INV == parse::perf_counter_timer_inv);
static_assert(PERF_100NSEC_TIMER == parse::perf_100nsec_timer);
static_assert(PERF_100NSEC_TIMER_INV == parse::perf_100nsec_timer_inv);
static_assert(PERF_100NSEC_MULTI_TIMER_INV == parse::perf_100nsec_multi_timer_inv);
static_assert(PERF_COUNTER_MULTI_TIMER == parse::perf_counter_multi_timer);
static_assert(PERF_PRECISION_100NS_TIMER == parse::perf_precision_100ns_timer);
static_assert(PERF_OBJ_TIME_TIMER == parse::perf_obj_time_timer);
static_assert(PERF_COUNTER_100NS_QUEUELEN_TYPE == parse::perf_counter_100ns_queuelen_type);
static_assert(PERF_COUNTER_LARGE_QUEUELEN_TYPE == parse::perf_counter_large_queuelen_type);
static_assert(PERF_ELAPSED_TIME == parse::perf_elapsed_time);
static_assert(PERF_AVERAGE_TIMER == parse::perf_average_timer);
static_assert(PERF_AVERAGE_BULK == parse::perf_average_bulk);

namespace {

constexpr std::uint64_t collections_between_attempts = 30;
constexpr int attempts = 5; // instances that appear between asking for the size and asking for them
constexpr DWORD max_size = 64 * 1024 * 1024; // of the instances of one counter

bool is_there(DWORD status) noexcept {
  return status == PDH_CSTATUS_VALID_DATA || status == PDH_CSTATUS_NEW_DATA;
}

parse::pdh_raw raw_of(const PDH_RAW_COUNTER& r) noexcept {
  return {r.FirstValue, r.SecondValue, r.MultiCount};
}

} // namespace

pdh_counter::pdh_counter(std::string path) : text_(std::move(path)), wide_(to_utf16(text_)) {
  if (const auto parsed = parse::parse_pdh_path(text_)) parsed_ = *parsed;
}

pdh_query::~pdh_query() {
  if (query_) PdhCloseQuery(query_); // closes its counters too
}

void pdh_query::want(pdh_counter& c) {
  if (c.handle_ || collections_ < c.next_attempt_) return;
  c.next_attempt_ = collections_ + collections_between_attempts;
  // No data source: the counters of this computer, now.
  if (!query_) {
    c.status_ = PdhOpenQueryW(nullptr, 0, &query_);
    if (c.status_ != ERROR_SUCCESS) {
      query_ = nullptr;
      return;
    }
  }
  PDH_HCOUNTER handle = nullptr;
  c.status_ = PdhAddEnglishCounterW(query_, c.wide_.c_str(), 0, &handle);
  if (c.status_ != ERROR_SUCCESS) return;

  // The type, which is the same in every reading. The structure ends in texts of its own, so its size is asked first.
  DWORD size = 0;
  PdhGetCounterInfoW(handle, FALSE, &size, nullptr);
  if (size < sizeof(PDH_COUNTER_INFO_W)) size = sizeof(PDH_COUNTER_INFO_W);
  const auto memory = std::make_unique<std::byte[]>(size);
  auto* info = reinterpret_cast<PDH_COUNTER_INFO_W*>(memory.get());
  c.status_ = PdhGetCounterInfoW(handle, FALSE, &size, info);
  if (c.status_ != ERROR_SUCCESS) {
    PdhRemoveCounter(handle);
    return;
  }
  c.type_ = info->dwType;
  LONGLONG ticks = 0;
  if (PdhGetCounterTimeBase(handle, &ticks) == ERROR_SUCCESS)
    c.ticks_per_second_ = static_cast<double>(ticks);
  c.handle_ = handle;
  ++wanted_;
}

void pdh_query::forget(pdh_counter& c) noexcept {
  if (!c.handle_) return;
  PdhRemoveCounter(c.handle_);
  c.handle_ = nullptr;
  c.next_attempt_ = 0;
  --wanted_;
}

PDH_STATUS pdh_query::collect() {
  ++collections_;
  return wanted_ == 0 ? ERROR_SUCCESS : PdhCollectQueryData(query_);
}

void pdh_query::values(pdh_counter& c, const taker& take) {
  if (!c.handle_) return;
  if (c.path().all_instances())
    take_all(c, take);
  else
    take_one(c, take);
}

void pdh_query::take_one(pdh_counter& c, const taker& take) {
  DWORD type = 0;
  PDH_RAW_COUNTER raw{};
  c.status_ = PdhGetRawCounterValue(c.handle_, &type, &raw);
  if (c.status_ == ERROR_SUCCESS && !is_there(raw.CStatus)) c.status_ = static_cast<PDH_STATUS>(raw.CStatus);
  if (c.status_ != ERROR_SUCCESS) return;
  if (const auto value = parse::pdh_value(c.path(), c.type_, raw_of(raw), {c.ticks_per_second_, boot_}))
    take(to_utf16(c.path().instance), *value);
}

void pdh_query::take_all(pdh_counter& c, const taker& take) {
  for (int attempt = 0; attempt < attempts; ++attempt) {
    DWORD size = buffer_size_, count = 0;
    auto* items = reinterpret_cast<PDH_RAW_COUNTER_ITEM_W*>(buffer_.get());
    c.status_ = PdhGetRawCounterArrayW(c.handle_, &size, &count, items);
    if (c.status_ == static_cast<PDH_STATUS>(PDH_MORE_DATA) && size <= max_size) {
      buffer_size_ = size + size / 4;
      buffer_ = std::make_unique<std::byte[]>(buffer_size_);
      continue;
    }
    // No instance at the moment.
    if (c.status_ == static_cast<PDH_STATUS>(PDH_CSTATUS_NO_INSTANCE)) c.status_ = ERROR_SUCCESS;
    if (c.status_ != ERROR_SUCCESS || !items) return;
    for (DWORD i = 0; i < count; ++i) {
      if (!is_there(items[i].RawValue.CStatus)) continue;
      const auto value =
          parse::pdh_value(c.path(), c.type_, raw_of(items[i].RawValue), {c.ticks_per_second_, boot_});
      if (value) take(items[i].szName ? items[i].szName : L"", *value);
    }
    return;
  }
}

} // namespace reeve::os
