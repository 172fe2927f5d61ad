using CsCheck;
using Orleans.MLOps.Hosting.Time;

namespace Orleans.MLOps.Hosting.Tests.Time;

public sealed class ReplayClockTests
{
    private static readonly DateTimeOffset Start = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ReplayClock _clock = new(Start);
    private readonly List<(string Name, DateTimeOffset At)> _fired = [];

    [Fact]
    public void GetUtcNow_NobodyAdvances_StandsStill()
    {
        Assert.Equal(Start, _clock.GetUtcNow());
        Assert.Equal(Start, _clock.GetUtcNow());
    }

    [Fact]
    public void AdvanceTo_OtherOffset_KeepsInstantInUtc()
    {
        _clock.AdvanceTo(new DateTimeOffset(2001, 1, 1, 5, 0, 0, TimeSpan.FromHours(2)));

        Assert.Equal(Start.AddHours(3), _clock.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, _clock.GetUtcNow().Offset);
    }

    [Fact]
    public void AdvanceTo_Earlier_IsRefusedAndChangesNothing()
    {
        _clock.Advance(TimeSpan.FromHours(1));

        var error = Assert.Throws<InvalidInputException>(() => _clock.AdvanceTo(Start));

        Assert.Contains("2001-01-01T01:00:00", error.Message, StringComparison.Ordinal);
        Assert.Equal(Start.AddHours(1), _clock.GetUtcNow());
    }

    [Fact]
    public void GetElapsedTime_AcrossAdvance_IsEventTime()
    {
        var stamp = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(TimeSpan.FromDays(2), _clock.GetElapsedTime(stamp));
    }

    [Fact]
    public void AdvanceTo_ShortOfDueTime_DoesNotFire()
    {
        using var timer = Record("once", hours: 2);
        _clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromTicks(1));
        Assert.Empty(_fired);

        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([("once", Start.AddHours(2))], _fired);

        _clock.Advance(TimeSpan.FromDays(9));
        Assert.Single(_fired);
    }

    [Fact]
    public void AdvanceTo_SeveralTimers_FireInDueOrderAtTheirDueTimes()
    {
        using var late = Record("late", hours: 3);
        using var early = Record("early", hours: 1);
        using var every = Record("every", hours: 2, period: 2);

        _clock.Advance(TimeSpan.FromHours(4));

        Assert.Equal([("early", Start.AddHours(1)), ("every", Start.AddHours(2)), ("late", Start.AddHours(3)), ("every", Start.AddHours(4))], _fired);
        Assert.Equal(Start.AddHours(4), _clock.GetUtcNow());
    }

    [Fact]
    public void AdvanceTo_TimerMadeByCallback_FiresInTheSameAdvance()
    {
        ITimer? inner = null;
        using var outer = _clock.CreateTimer(_ => inner = Record("inner", hours: 1), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromHours(5));

        Assert.Equal([("inner", Start.AddHours(2))], _fired);
        inner!.Dispose();
    }

    [Fact]
    public void Dispose_BeforeDue_NeverFires()
    {
        Record("gone", hours: 1).Dispose();
        _clock.Advance(TimeSpan.FromHours(2));

        Assert.Empty(_fired);
    }

    [Fact]
    public void Change_AfterDispose_ReturnsFalse()
    {
        var timer = Record("gone", hours: 1);
        timer.Dispose();

        Assert.False(timer.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void Change_LaterDueTime_ReplacesTheFirst()
    {
        using var timer = Record("moved", hours: 1);
        timer.Change(TimeSpan.FromHours(3), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromHours(9));

        Assert.Equal([("moved", Start.AddHours(3))], _fired);
    }

    [Fact]
    public async Task CreateTimer_DueAtOnce_FiresWithoutAdvance()
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var timer = _clock.CreateTimer(_ => fired.TrySetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await fired.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Delay_ClockPassesIt_Completes()
    {
        var delay = Task.Delay(TimeSpan.FromDays(1), _clock, TestContext.Current.CancellationToken);
        Assert.False(delay.IsCompleted);

        _clock.Advance(TimeSpan.FromDays(1));

        await delay.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void AdvanceTo_CallbackThrows_StopsAtItsDueTimeAndGoesOnLater()
    {
        using var bad = _clock.CreateTimer(_ => throw new InvalidDataException("boom"), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        using var next = Record("next", hours: 2);

        Assert.Throws<InvalidDataException>(() => _clock.Advance(TimeSpan.FromHours(3)));
        Assert.Equal(Start.AddHours(1), _clock.GetUtcNow());

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([("next", Start.AddHours(2))], _fired);
    }

    [Fact]
    public void AdvanceTo_AnyStepsToTheSameInstant_FireTheSame()
    {
        Gen.Select(Gen.Int[1, 50].Array[1, 6], Gen.Int[0, 60].Array[0, 8]).Sample((dues, steps) =>
        {
            Assert.Equal(Replay(dues, []), Replay(dues, steps));
        }, iter: 300);
    }

    private static List<(int, DateTimeOffset)> Replay(int[] dues, int[] stops)
    {
        var clock = new ReplayClock(Start);
        var fired = new List<(int, DateTimeOffset)>();
        for (var i = 0; i < dues.Length; i++)
        {
            var name = i;
            clock.CreateTimer(_ => fired.Add((name, clock.GetUtcNow())), null, TimeSpan.FromMinutes(dues[i]), TimeSpan.FromMinutes(dues[i]));
        }

        foreach (var stop in stops.Order())
        {
            clock.AdvanceTo(Start.AddMinutes(stop));
        }

        clock.AdvanceTo(Start.AddMinutes(60));
        return fired;
    }

    private ITimer Record(string name, int hours, int? period = null) =>
        _clock.CreateTimer(
            _ => _fired.Add((name, _clock.GetUtcNow())),
            null,
            TimeSpan.FromHours(hours),
            period is { } every ? TimeSpan.FromHours(every) : Timeout.InfiniteTimeSpan);
}
