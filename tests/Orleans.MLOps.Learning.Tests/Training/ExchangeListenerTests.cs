using System.Net.Sockets;
using System.Security.Cryptography;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Learning.Training.Exchange;

namespace Orleans.MLOps.Learning.Tests.Training;

public sealed class ExchangeListenerTests
{
    [Fact]
    public async Task Open_EarlierGeneration_IsRefused()
    {
        using var hosts = new Hosts(3, 1, 1);
        using var late = hosts.Spoke(1, hosts.Pass with { Generation = 2 });

        var error = await Assert.ThrowsAsync<ExchangeBrokenException>(() => Hosts.OnThread(late.Open));

        Assert.Contains("generation 3", error.Message, StringComparison.Ordinal);
        await ThoseExpectedStillMeetAsync(hosts);
    }

    [Fact]
    public async Task Open_WrongSecret_IsRefused()
    {
        using var hosts = new Hosts(3, 1, 1);
        using var stranger = hosts.Spoke(1, hosts.Pass with { Secret = RandomNumberGenerator.GetBytes(ExchangePass.SecretLength) });

        var error = await Assert.ThrowsAsync<ExchangeBrokenException>(() => Hosts.OnThread(stranger.Open));

        Assert.Contains("secret", error.Message, StringComparison.Ordinal);
        await ThoseExpectedStillMeetAsync(hosts);
    }

    [Fact]
    public async Task Open_UnknownJob_IsRefused()
    {
        using var hosts = new Hosts(3, 1, 1);
        using var stranger = hosts.Spoke(1, hosts.Pass with { Job = Guid.NewGuid() });

        await Assert.ThrowsAsync<ExchangeBrokenException>(() => Hosts.OnThread(stranger.Open));
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
