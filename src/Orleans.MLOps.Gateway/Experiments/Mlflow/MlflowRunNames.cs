using System.Security.Cryptography;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>Names for runs that nobody named: an adjective, an animal and a number, as MLflow's clients expect.</summary>
internal static class MlflowRunNames
{
    private static readonly string[] Adjectives =
    [
        "amber", "brisk", "calm", "daring", "eager", "fabled", "gentle", "humble", "ivory", "jolly", "keen", "lucid", "merry", "nimble",
        "opal", "placid", "quiet", "rustic", "sunny", "tidy", "upbeat", "vivid", "witty", "young", "zesty",
    ];

    private static readonly string[] Animals =
    [
        "adder", "badger", "curlew", "dormouse", "egret", "ferret", "gannet", "heron", "ibex", "jackdaw", "kestrel", "lynx", "marten", "newt",
        "otter", "plover", "quail", "raven", "stoat", "tern", "urchin", "vole", "weasel", "yak", "zebra",
    ];

    public static string Next() =>
        $"{Adjectives[RandomNumberGenerator.GetInt32(Adjectives.Length)]}-{Animals[RandomNumberGenerator.GetInt32(Animals.Length)]}-{RandomNumberGenerator.GetInt32(1000)}";
}
