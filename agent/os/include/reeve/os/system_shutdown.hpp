// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace reeve::os {

// Whether the machine is going down, so that what ends now shall not be started again.
//
// Linux with systemd: `systemctl is-system-running` says "stopping", which it does from the moment a job for
// shutdown.target is queued, before any service gets its SIGTERM (systemctl(1)). Other signs are not: /run/nologin is also
// there while the machine starts and minutes before a planned shutdown, /run/systemd/shutdown/scheduled only for a planned
// one, and the utmp record is written when services have ended. Linux without systemd: the utmp record of the run level,
// 0 or 6, which init writes before it stops anything.
// Windows: the service control manager or the console said so. A process that is neither a service nor has a console is
// not told.
//
// Once true it stays true. Otherwise Linux asks at most once a second, which takes some milliseconds, and half a second
// when systemd does not answer; false then. Safe from any thread.
bool system_is_shutting_down();

} // namespace reeve::os
