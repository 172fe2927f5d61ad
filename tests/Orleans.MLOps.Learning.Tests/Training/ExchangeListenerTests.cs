using System.Net.Sockets;
using System.Security.Cryptography;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Learning.Training.Exchange;

namespace Orleans.MLOps.Learning.Tests.Training;

public sealed class ExchangeListenerTests
{
    /// <summary>Values that make more bytes than the system keeps of a connection for those who do not read.</summary>
    private const int OverTheBuffers = 4_000_000;

    [Fact]
    public async Task Open_EarlierGeneration_IsRefused()
    {
        using var hosts = new Hosts(3, 1, 1);
        using var late = hosts.Spoke(1, hosts.Pass with { Generation = 2 });

        var error = await Assert.ThrowsAsync<ExchangeBrokenException>(() => Hosts.OnThread(late.Open));

        Assert.EndsWith(ExchangeListener.Refusal, error.Message, StringComparison.Ordinal);
        await ThoseExpectedStillMeetAsync(hosts);
    }

    [Fact]
    public async Task Open_WrongSecret_IsRefused()
    {
        using var hosts = new Hosts(3, 1, 1);
        using var stranger = hosts.Spoke(1, hosts.Pass with { Secret = RandomNumberGenerator.GetBytes(ExchangePass.SecretLength) });

        var error = await Assert.ThrowsAsync<ExchangeBrokenException>(() => Hosts.OnThread(stranger.Open));

        Assert.EndsWith(ExchangeListener.Refusal, error.Message, StringComparison.Ordinal);
        await ThoseExpectedStillMeetAsync(hosts);
    }

    [Fact]
    public async Task Open_UnknownJob_IsRefused()
    {
        using var hosts = new Hosts(3, 1, 1);
        using var stranger = hosts.Spoke(1, hosts.Pass with { Job = Guid.NewGuid() });

        var error = await Assert.ThrowsAsync<ExchangeBrokenException>(() => Hosts.OnThread(stranger.Open));

        Assert.EndsWith(ExchangeListener.Refusal, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Greet_SignOfLifeBeforeTheHello_IsCutOff()
    {
        using var hosts = new Hosts(3, 1, 1);
        using var stranger = new TcpClient();
        await stranger.ConnectAsync(hosts.Listener.EndPoint, TestContext.Current.CancellationToken);
        stranger.Client.Send(new Frame(0).Seal(FrameKind.Heartbeat, 0));

        var answered = 0;
        try
        {
            answered = await stranger.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // A reset is as good as an end.
        }

        Assert.Equal(0, answered);
        await ThoseExpectedStillMeetAsync(hosts);
    }

    [Fact]
    public async Task Greet_HelloThatTricklesIn_IsCutOffBeforeItsEnd()
    {
        using var hosts = new Hosts(Hosts.Impatient, 3, 1, 1);
        using var slow = new TcpClient { NoDelay = true };
        await slow.ConnectAsync(hosts.Listener.EndPoint, TestContext.Current.CancellationToken);
        var stream = slow.GetStream();
        var hello = new Hello(hosts.Pass, 1).ToFrame().Seal(FrameKind.Hello, 0).ToArray();

        // Each byte comes soon after the one before, all of them long after the limit.
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            foreach (var value in hello)
            {
                await stream.WriteAsync(new[] { value }, TestContext.Current.CancellationToken);
                await Task.Delay(Hosts.Impatient.Heartbeat, TestContext.Current.CancellationToken);
            }
        });
    }

    [Fact]
    public async Task Open_HostsOfDifferentTrainings_FailsForGood()
    {
        using var hosts = new Hosts(3, 1, 1);
        using var hub = hosts.Hub(new string('8', 64));
        using var spoke = hosts.Spoke(1);

        var opening = Hosts.OnThread(hub.Open);

        await Assert.ThrowsAsync<ExchangeBrokenException>(() => Hosts.OnThread(spoke.Open));
        await Assert.ThrowsAsync<InvalidOperationException>(() => opening);
    }

    [Fact]
    public async Task Expect_NextGeneration_CutsTheEarlierOneOff()
    {
        using var hosts = new Hosts(3, 1, 1);
        var exchanges = await hosts.ConnectAsync();
        var waiting = Hosts.OnThread(() => exchanges[1].AllReduce(1, new float[3]));

        using var next = hosts.Listener.Expect(hosts.Pass.Job, hosts.Pass.Generation + 1, hosts.Pass.Secret, 2);

        await Assert.ThrowsAsync<ShardAbortedException>(() => waiting);
        Assert.Throws<ExchangeBrokenException>(() => hosts.Listener.Expect(hosts.Pass.Job, hosts.Pass.Generation, hosts.Pass.Secret, 2));
        exchanges[0].Abort(new IOException());
        exchanges[0].Dispose();
        exchanges[1].Dispose();
    }

    [Fact]
    public async Task Exchange_HubThatFallsSilent_BreaksTheExchange()
    {
        using var silent = new TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var pass = new ExchangePass(Guid.NewGuid(), 1, new byte[ExchangePass.SecretLength], new string('7', 64));
        using var spoke = new SpokeLink((System.Net.IPEndPoint)silent.LocalEndpoint, pass, 1, new RankRange(1, 1), 3, Hosts.Impatient);

        var error = await Assert.ThrowsAsync<ExchangeBrokenException>(() => Hosts.OnThread(spoke.Open));

        Assert.Contains("silent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exchange_HostThatComesAndFallsSilent_BreaksTheExchange()
    {
        using var hosts = new Hosts(Hosts.Impatient, 3, 1, 1);
        using var hub = hosts.Hub();
        var opening = Hosts.OnThread(hub.Open);
        using var halfDead = new TcpClient();
        await halfDead.ConnectAsync(hosts.Listener.EndPoint, TestContext.Current.CancellationToken);
        halfDead.Client.Send(new Hello(hosts.Pass, 1).ToFrame().Seal(FrameKind.Hello, 0));
        await opening;
        using var exchange = new HostExchange(2, hosts.Ranges[0], 3, hub);

        var error = await Assert.ThrowsAsync<ShardAbortedException>(() => Hosts.OnThread(() => exchange.AllReduce(0, new float[3])));

        Assert.Contains("silent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exchange_StepThatTakesLongerThanTheSilence_GoesOn()
    {
        using var hosts = new Hosts(Hosts.Impatient, 1, 1, 1);
        var exchanges = await hosts.ConnectAsync();
        var (fast, slow) = (new float[] { 1 }, new float[] { 2 });
        var waiting = Hosts.OnThread(() => exchanges[0].AllReduce(0, fast));
        await Task.Delay(hosts.Times.Silence * 3, TestContext.Current.CancellationToken);

        await Hosts.OnThread(() => exchanges[1].AllReduce(1, slow));
        await waiting;

        Assert.Equal((3f, 3f), (fast[0], slow[0]));
        exchanges[1].Dispose();
        exchanges[0].Dispose();
    }

    [Fact]
    public async Task Exchange_VectorsOverTheBuffersToAHubThatIsSlow_GoesOn()
    {
        using var hosts = new Hosts(Hosts.Impatient, OverTheBuffers, 1, 1);
        var exchanges = await hosts.ConnectAsync();
        var (slow, fast) = (new float[OverTheBuffers], new float[OverTheBuffers]);
        (slow[^1], fast[^1]) = (1, 2);
        var sending = Hosts.OnThread(() => exchanges[1].AllReduce(1, fast));
        await Task.Delay(hosts.Times.Silence * 3, TestContext.Current.CancellationToken);

        await Hosts.OnThread(() => exchanges[0].AllReduce(0, slow));
        await sending;

        Assert.Equal((3f, 3f), (slow[^1], fast[^1]));
        exchanges[1].Dispose();
        exchanges[0].Dispose();
    }

    [Fact]
    public async Task Exchange_VectorsOverTheBuffersToAHubThatFellSilent_BreaksTheExchange()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var pass = new ExchangePass(Guid.NewGuid(), 1, new byte[ExchangePass.SecretLength], new string('7', 64));
        using var spoke = new SpokeLink(
            (System.Net.IPEndPoint)listener.LocalEndpoint, pass, 1, new RankRange(1, 1), OverTheBuffers, Hosts.Impatient);
        var opening = Hosts.OnThread(spoke.Open);
        using var silent = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        silent.Send(new Frame(0).Seal(FrameKind.Welcome, 0));
        await opening;

        var error = await Assert.ThrowsAsync<ExchangeBrokenException>(
            () => Hosts.OnThread(() => spoke.Exchange(new float[OverTheBuffers], new float[OverTheBuffers])));

        Assert.Contains("silent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Greet_StrangersProtocol_IsCutOff()
    {
        using var hosts = new Hosts(3, 1, 1);
        using var stranger = new TcpClient();
        await stranger.ConnectAsync(hosts.Listener.EndPoint, TestContext.Current.CancellationToken);
        await stranger.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        var answer = new byte[4096];
        try
        {
            while (await stranger.GetStream().ReadAsync(answer, TestContext.Current.CancellationToken) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is as good as an end.
        }

        await ThoseExpectedStillMeetAsync(hosts);
    }

    private static async Task ThoseExpectedStillMeetAsync(Hosts hosts)
    {
        var exchanges = await hosts.ConnectAsync();
        exchanges[1].Dispose();
        exchanges[0].Dispose();
    }
}
