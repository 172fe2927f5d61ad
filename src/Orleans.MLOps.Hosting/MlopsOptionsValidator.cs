using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Orleans.MLOps.Hosting;

/// <summary>Evaluates the annotations of <see cref="MlopsOptions"/>; each failure says option, value, rule and remedy.</summary>
internal sealed class MlopsOptionsValidator : IValidateOptions<MlopsOptions>
{
    public ValidateOptionsResult Validate(string? name, MlopsOptions options)
    {
        var failures = Failures(options).Select(failure => failure.Message).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <exception cref="InvalidInputException">At least one option breaks its rule; every one is named.</exception>
    public static void Require(MlopsOptions options)
    {
        var failures = Failures(options).ToList();
        if (failures.Count > 0)
        {
            throw new InvalidInputException(string.Join(' ', failures.Select(failure => failure.Message)), failures[0].Option);
        }
    }

    private static IEnumerable<(string Option, string Message)> Failures(MlopsOptions options)
    {
        foreach (var property in typeof(MlopsOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var value = property.GetValue(options);
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (!rule.IsValid(value))
                {
                    var given = string.Create(CultureInfo.InvariantCulture, $"{value}");
                    yield return (property.Name, $"MlopsOptions.{property.Name} is '{given}': it {rule.ErrorMessage}.");
                }
            }
        }

        if (options.Postgres is not null && string.IsNullOrWhiteSpace(options.SharedBlobs))
        {
            yield return (nameof(options.SharedBlobs), "MlopsOptions.SharedBlobs is empty: with Postgres it must name a folder that all silos share; mount one and name it.");
        }

        if (options.Postgres is null && options.SharedBlobs is not null)
        {
            yield return (nameof(options.Postgres), $"MlopsOptions.SharedBlobs is '{options.SharedBlobs}' but MlopsOptions.Postgres is empty: silos that share blobs must share their database; give both or neither.");
        }
    }
}
