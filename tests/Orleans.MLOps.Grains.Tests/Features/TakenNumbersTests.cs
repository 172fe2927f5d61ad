using CsCheck;
using Orleans.MLOps.Grains.Features;

namespace Orleans.MLOps.Grains.Tests.Features;

public sealed class TakenNumbersTests
{
    [Fact]
    public void Contains_NumbersNearlyInOrder_IsWhatWasAdded() =>
        Gen.Long[1, TakenNumbers.Depth].Array.Sample(numbers =>
        {
            var taken = new TakenNumbers();
            var added = new HashSet<long>();
            foreach (var number in numbers)
            {
                Assert.Equal(added.Contains(number), taken.Contains("a", number));
                taken.Add("a", number);
                added.Add(number);
            }

            Assert.False(taken.Contains("b", 1));
        });

    [Fact]
    public void Contains_FarBelowTheHighest_CountsAsTaken()
    {
        var taken = new TakenNumbers();
        for (var number = 1L; number <= 5 * TakenNumbers.Depth; number += 2)
        {
            taken.Add("a", number);
        }

        Assert.True(taken.Contains("a", 2));
        Assert.False(taken.Contains("a", (5 * TakenNumbers.Depth) - 2));
        Assert.True(taken.Contains("a", (5 * TakenNumbers.Depth) - 1));
    }

    [Fact]
    public void Add_MoreNamedSourcesThanRemembered_ForgetsTheSilentOnesButNeverTheOthers()
    {
        var taken = new TakenNumbers();
        taken.Add("labels of an endpoint", 1);
        for (var source = 0; source <= 3 * TakenNumbers.MostSources; source++)
        {
            taken.Add($"{TakenNumbers.Given}{source}", 1);
        }

        Assert.True(taken.Contains("labels of an endpoint", 1));
        Assert.False(taken.Contains($"{TakenNumbers.Given}0", 1));
        Assert.True(taken.Contains($"{TakenNumbers.Given}{3 * TakenNumbers.MostSources}", 1));
        Assert.True(taken.Contains($"{TakenNumbers.Given}{(2 * TakenNumbers.MostSources) + 1}", 1));
    }
}
