cd /work/clock
IMCBOT_CLOCK_RESULTS=/work/clock/artifacts/clock.jsonl IMCBOT_CLOCK_COUNT=40 DOTNET_TURN=1 dotnet test tests/ImcBot.EndToEnd.Tests -c Release --no-build --filter "FullyQualifiedName~A_clock_is_set_under_real_processes"
