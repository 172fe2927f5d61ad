namespace Orleans.MLOps.Durability.Tests.Support;

/// <summary>When the node dies: some time after a driver has begun its n-th operation of this life.</summary>
internal sealed record KillPlan(string Driver, int Operation, TimeSpan After)
{
    /// <summary>Every driver's turn comes equally often, in an order and at moments drawn from the seed.</summary>
    public static KillPlan[] Draw(int seed, int killsEach, params (string Driver, int MostOperations, int MostMilliseconds)[] drivers)
    {
        var random = new Random(seed);
        KillPlan[] plans =
        [
            .. drivers.SelectMany(driver => Enumerable.Range(0, killsEach).Select(_ => new KillPlan(
                driver.Driver,
                random.Next(1, driver.MostOperations + 1),
                TimeSpan.FromMilliseconds(random.NextDouble() * driver.MostMilliseconds)))),
        ];
        random.Shuffle(plans);
        return plans;
    }

    public override string ToString() => $"{After.TotalMilliseconds:f1} ms into operation {Operation} of {Driver}";
}
