using CsCheck;
using Orleans.MLOps.Statistics.Windows;

namespace Orleans.MLOps.Statistics.Tests.Windows;

public class PaneWindowTests
{
    private static readonly DateTimeOffset Start = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<int[]> Minutes = Gen.Int[0, 400].Array[0, 60];

    [Fact]
    public void Query_AnyOrderOfArrival_HoldsExactlyTheRowsInsideTheWindow() =>
        Minutes.Where(minutes => minutes.Length > 0).Sample(minutes =>
        {
            var window = Of(minutes);
            var newest = minutes.Max() / 10;
            var inside = minutes.Count(minute => minute / 10 > newest - 6);
            Assert.Equal(inside, window.Query().Count);
            Assert.Equal(minutes.Count(minute => minute / 10 == newest), window.Query(Start.AddMinutes(newest * 10), Start.AddMinutes(newest * 10 + 10)).Count);
            Assert.Equal(Start.AddMinutes(newest * 10 + 10), window.End);
            Assert.True(window.DroppedCount <= minutes.Length - inside);
        });

    [Fact]
    public void MergeFrom_AnySplit_HoldsTheSamePanes() =>
        Gen.Select(Minutes, Minutes).Sample((a, b) =>
        {
            var (whole, merged) = (Of([.. a, .. b]), Of(a));
            merged.MergeFrom(Of(b));
            Assert.Equal(Content(whole), Content(merged));
        });

    [Fact]
    public void Read_AfterWrite_GoesOnAsIfNeverInterrupted() =>
        Gen.Select(Minutes, Minutes).Sample((a, b) =>
        {
            var window = Of(a);
            var copy = Checkpoint.Copy(window.Write, reader => PaneWindow<QualityPane>.Read(reader, () => new QualityPane(), QualityPane.Read));
            Fill(window, b);
            Fill(copy, b);
            Assert.Equal(Content(window), Content(copy));
            Assert.Equal(window.DroppedCount, copy.DroppedCount);
        });

    [Fact]
    public void PaneAt_RowsOutsideTheWindow_AreCountedAsDropped()
    {
        var window = Of([300]);
        Assert.Null(window.PaneAt(Start.AddMinutes(249)));
        Assert.NotNull(window.PaneAt(Start.AddMinutes(250)));
        var batch = new QualityPane();
        batch.Add(0.5, true);
        batch.Add(0.5, false);
        Assert.False(window.Merge(Start, batch));
        Assert.True(window.Merge(Start.AddMinutes(305), batch));
        Assert.Equal((3, 3), (window.DroppedCount, window.Query().Count));
    }

    [Fact]
    public void Advance_QuietTime_EmptiesTheWindow()
    {
        var window = Of([0, 5, 30]);
        window.Advance(Start.AddMinutes(65));
        Assert.Equal(1, window.Query().Count);
        window.Advance(Start.AddDays(30));
        Assert.Equal(0, window.Query().Count);
        Assert.Empty(window.Panes());
    }

    [Fact]
    public void PaneAt_FullRing_AllocatesNothing()
    {
        var window = Of([.. Enumerable.Range(0, 100)]);
        window.PaneAt(Start.AddMinutes(100))!.Add(0.5, true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var minute = 101; minute < 2000; minute++)
            window.PaneAt(Start.AddMinutes(minute))!.Add(0.5, true);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Read_DamagedState_IsRefused() => Checkpoint.RefusesDamage(
        Checkpoint.Bytes(Of([0, 30]).Write),
        reader => PaneWindow<QualityPane>.Read(reader, () => new QualityPane(), QualityPane.Read));

    [Fact]
    public void Constructor_WindowThatIsNotWholePanes_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => New(TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(20)));
        Assert.Throws<ArgumentOutOfRangeException>(() => New(TimeSpan.Zero, TimeSpan.FromMinutes(20)));
        Assert.Throws<ArgumentException>(() => Of([]).MergeFrom(New(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20))));
    }

    private static PaneWindow<QualityPane> New(TimeSpan pane, TimeSpan window) => new(pane, window, () => new QualityPane());

    private static PaneWindow<QualityPane> Of(int[] minutes)
    {
        var window = New(TimeSpan.FromMinutes(10), TimeSpan.FromHours(1));
        Fill(window, minutes);
        return window;
    }

    private static void Fill(PaneWindow<QualityPane> window, int[] minutes)
    {
        foreach (var minute in minutes)
            window.PaneAt(Start.AddMinutes(minute))?.Add(0.25, minute % 3 == 0);
    }

    private static List<(DateTimeOffset Start, long Count, long Positives)> Content(PaneWindow<QualityPane> window) =>
        [.. window.Panes().Select(pane => (pane.Start, pane.Pane.Count, pane.Pane.Positives))];
}
