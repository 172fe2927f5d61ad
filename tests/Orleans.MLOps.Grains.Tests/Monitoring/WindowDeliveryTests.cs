using Orleans.MLOps.Grains.Monitoring;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class WindowDeliveryTests
{
    private readonly List<long> _brought = [];
    private Exception? _away;

    [Fact]
    public async Task Deliver_WindowsAway_FailsAndTheNextSettleBringsIt()
    {
        var delivery = new WindowDelivery(8, BringAsync);
        _away = new UnavailableException("away");
        await Assert.ThrowsAsync<UnavailableException>(() => delivery.DeliverAsync(Frame(1), null));
        await Assert.ThrowsAsync<UnavailableException>(delivery.SettleAsync);
        Assert.Equal((1, 0), (delivery.Owed, _brought.Count));

        _away = null;
        await delivery.DeliverAsync(Frame(2), null);
        await delivery.SettleAsync();

        Assert.Equal([2, 1], _brought);
        Assert.Equal(0, delivery.Owed);
    }

    [Fact]
    public async Task Settle_FailsMidway_KeepsTheRestInOrder()
    {
        var delivery = new WindowDelivery(8, (frame, version) => frame.Number == 2 && _brought.Count == 1 ? Task.FromException(new UnavailableException("away")) : BringAsync(frame, version));
        Enumerable.Range(1, 3).ToList().ForEach(number => delivery.Owe(Frame(number)));

        await Assert.ThrowsAsync<UnavailableException>(delivery.SettleAsync);
        Assert.Equal(2, delivery.Owed);
        _brought.Add(-1);
        await delivery.SettleAsync();

        Assert.Equal([1, -1, 2, 3], _brought);
    }

    [Fact]
    public async Task Settle_WhileAnotherIsUnderWay_WaitsForTheSameAttempt()
    {
        var gate = new TaskCompletionSource();
        var delivery = new WindowDelivery(8, async (frame, version) =>
        {
            await gate.Task;
            await BringAsync(frame, version);
        });
        delivery.Owe(Frame(1));

        var (first, second) = (delivery.SettleAsync(), delivery.SettleAsync());
        Assert.False(second.IsCompleted);
        gate.SetResult();
        await Task.WhenAll(first, second);

        Assert.Equal([1], _brought);
    }

    [Fact]
    public async Task RequireRoom_AsManyOwedOrUnderWayAsAllowed_IsRefusedUntilOneHasArrived()
    {
        var gate = new TaskCompletionSource();
        var delivery = new WindowDelivery(2, (frame, _) => frame.Number == 1 ? gate.Task : Task.CompletedTask);
        var underWay = delivery.DeliverAsync(Frame(1), null);
        delivery.Owe(Frame(2));
        Assert.Throws<UnavailableException>(delivery.RequireRoom);

        gate.SetResult();
        await underWay;

        delivery.RequireRoom();
    }

    private static LabelFrame Frame(long number) => new() { Number = number, Rows = [] };

    private Task BringAsync(LabelFrame frame, int? viewVersion)
    {
        if (_away is { } away)
        {
            return Task.FromException(away);
        }

        _brought.Add(frame.Number);
        return Task.CompletedTask;
    }
}
